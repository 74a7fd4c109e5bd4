/**
 * Node's own clients. An `import` would read all that they export, and with the classes of web sockets among it Node loads
 * the whole of its `fetch`: 25 ms of the start of every command.
 */
export const http = process.getBuiltinModule('node:http')
export const https = process.getBuiltinModule('node:https')
