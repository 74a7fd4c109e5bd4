const paths = {
  WindowLevel: 'M12 3a9 9 0 1 0 0 18zM12 3a9 9 0 0 1 0 18',
  Pan: 'M12 3v18M3 12h18M12 3l-3 3m3-3 3 3M12 21l-3-3m3 3 3-3M3 12l3-3m-3 3 3 3M21 12l-3-3m3 3-3 3',
  Zoom: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5 21 21M10.5 8v5M8 10.5h5',
  StackScroll: 'M5 8h14M5 12h14M5 16h14M12 2l3 3H9zM12 22l-3-3h6z',
  Length: 'M4 20 20 4M3 17l4 4M17 3l4 4',
  Angle: 'M20 20H4L17 5M11 12a8 8 0 0 1 3 8',
  RectangleROI: 'M4 6h16v12H4z',
  EllipticalROI: 'M12 5c5 0 9 3 9 7s-4 7-9 7-9-3-9-7 4-7 9-7z',
  ArrowAnnotate: 'M20 20 5 5M5 5v7M5 5h7',
  Crosshairs: 'M12 2v8M12 14v8M2 12h8M14 12h8',
  invert: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 3v18M12 7h6M12 11h8M12 15h7',
  rotate: 'M20 12a8 8 0 1 1-3-6.2M20 3v5h-5',
  flip: 'M12 3v18M9 7 4 17h5zM15 7l5 10h-5z',
  reset: 'M4 12a8 8 0 1 0 3-6.2M4 3v5h5',
  play: 'M7 4v16l13-8z',
  stop: 'M6 6h12v12H6z',
  help: 'M9 9a3 3 0 1 1 4 3c-1 .5-1 1-1 2M12 17.5v.1M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z',
  tags: 'M4 5h16M4 10h16M4 15h10M4 20h7',
  shapes: 'M3 16 16 3l5 5L8 21zM7 12l2 2M10 9l2 2M13 6l2 2',
  segments: 'M4 8c3-5 9-4 11-1s5 3 4 8-8 6-12 3-5-6-3-10zM9 10h6M9 14h5',
  share: 'M12 15V3M8 7l4-4 4 4M5 12v8h14v-8',
  copy: 'M12 3v12M8 11l4 4 4-4M5 17v4h14v-4',
  close: 'M6 6l12 12M18 6 6 18',
  layout: 'M4 4h16v16H4zM12 4v16M4 12h16',
  file: 'M6 3h8l4 4v14H6zM14 3v4h4',
  folder: 'M3 6h6l2 2h10v11H3z',
  server: 'M4 4h16v7H4zM4 13h16v7H4zM7 7.5h.1M7 16.5h.1',
} as const

export type IconName = keyof typeof paths

/** Drawn with the colour of the text around it; says nothing to those who cannot see it. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  )
}
