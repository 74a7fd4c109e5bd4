/*
 * Orthanc cannot be told which address to listen on, and takes all of them. Preloaded, this makes every bind of a port one
 * of the loopback address. No header and no C library beyond syscall(), so that the smallest compiler does.
 */
long syscall(long number, ...);

#if defined(__aarch64__)
#define BIND 200
#elif defined(__x86_64__)
#define BIND 49
#endif

#define IPV4 2
#define IPV6 10

int bind(int socket, unsigned char *address, unsigned length) {
  unsigned short family = *(unsigned short *)address;
  unsigned char local[28];
  unsigned i;
  for (i = 0; i < length && i < sizeof local; i++) local[i] = address[i];
  if (family == IPV4 && length >= 8) {
    local[4] = 127, local[5] = 0, local[6] = 0, local[7] = 1;
    address = local;
  }
  if (family == IPV6 && length >= 24) {
    for (i = 8; i < 23; i++) local[i] = 0;
    local[23] = 1;
    address = local;
  }
  return syscall(BIND, socket, address, length);
}
