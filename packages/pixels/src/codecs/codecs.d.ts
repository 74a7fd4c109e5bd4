declare module '@cornerstonejs/codec-charls/decodewasmjs'
declare module '@cornerstonejs/codec-openjpeg/decodewasmjs'
declare module '@cornerstonejs/codec-openjph/wasmjs'
