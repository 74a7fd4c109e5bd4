#!/usr/bin/env node
// Plain JavaScript: in a checkout it runs from source, where there is no `dist`.
import { existsSync } from 'node:fs'

const source = new URL('../src/main.ts', import.meta.url)
const { main } = await import(existsSync(source) ? source.href : '../dist/main.js')
process.exitCode = await main(process.argv.slice(2))
