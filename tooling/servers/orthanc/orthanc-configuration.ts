import type { OrthancLogin } from './orthanc-server.ts'

/** A server that Orthanc's own DICOMweb client knows by name: it retrieves from it, stores to it and searches it. */
export type OrthancPeer = { url: string; login?: OrthancLogin; headers?: Record<string, string> }

export type OrthancOptions = {
  /** Asked of everybody; without one nobody is asked. */
  login?: OrthancLogin
  /** Names, and the DICOMweb roots behind them. */
  peers?: Record<string, OrthancPeer>
  /** Compresses answers for whoever offers gzip, as Orthanc does unless it is told otherwise; here it is off. */
  httpCompression?: boolean
  /** Keeps connections for a second; on, unless it is turned off. */
  keepAlive?: boolean
  /** Anything else of Orthanc's configuration: takes the place of what is here. */
  settings?: Record<string, unknown>
  /** Anything else of the DICOMweb plugin's. */
  dicomWeb?: Record<string, unknown>
}

/** Of an Orthanc whose data are in /mnt. */
export function orthancConfiguration(port: number, options: OrthancOptions): Record<string, unknown> {
  const { login, peers = {}, httpCompression = false, keepAlive = true, settings, dicomWeb } = options
  return {
    Plugins: ['/usr/share/orthanc/plugins/libOrthancDicomWeb.so'],
    StorageDirectory: '/mnt/storage',
    IndexDirectory: '/mnt/storage',
    HttpServerEnabled: true,
    HttpPort: port,
    DicomServerEnabled: false,
    // Orthanc 1.10 listens on every address all the same; loopback.c keeps it from that.
    RemoteAccessAllowed: false,
    AuthenticationEnabled: login !== undefined,
    ...(login && { RegisteredUsers: { [login.user]: login.password } }),
    KeepAlive: keepAlive,
    TcpNoDelay: true,
    HttpThreadsCount: 50,
    HttpCompressionEnabled: httpCompression,
    OverwriteInstances: true,
    StorageCompression: false,
    // What tests store need not survive a power cut.
    SyncStorageArea: false,
    SaveJobs: false,
    CaseSensitivePN: false,
    // Else searches return names in other scripts as "^".
    DefaultEncoding: 'Utf8',
    DicomWeb: {
      Enable: true,
      Root: '/dicom-web/',
      PublicRoot: '/dicom-web/',
      EnableWado: true,
      WadoRoot: '/wado',
      Ssl: false,
      // Without the port, the addresses that it answers with are wrong.
      Host: `127.0.0.1:${port}`,
      StudiesMetadata: 'Full',
      SeriesMetadata: 'Full',
      EnableMetadataCache: true,
      Servers: Object.fromEntries(Object.entries(peers).map(([name, peer]) => [name, peerConfiguration(peer)])),
      ...dicomWeb,
    },
    ...settings,
  }
}

function peerConfiguration({ url, login, headers }: OrthancPeer): Record<string, unknown> {
  return {
    Url: url,
    ...(login && { Username: login.user, Password: login.password }),
    ...(headers && { HttpHeaders: headers }),
  }
}
