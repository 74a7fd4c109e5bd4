/** What people call a file: without folders, and without the endings of image formats. */
export function baseName(name: string): string {
  const last = name.slice(name.lastIndexOf('/') + 1)
  const base = last.replace(/(?:\.(?:nii|hdr|img|nrrd|nhdr|stl|ply|obj|gltf|glb))?(?:\.gz)?$/iu, '')
  return base === '' ? last : base
}
