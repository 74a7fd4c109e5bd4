import { describe, expect, test } from 'vitest'

import { formatAddress, parseAddress, parseRemote } from './address.ts'

const remotes = new Set(['pacs', 'minio'])

describe('an address', () => {
  test.each([
    ['./study', { kind: 'path', path: './study' }],
    ['study', { kind: 'path', path: 'study' }],
    ['/data/a:b', { kind: 'path', path: '/data/a:b' }],
    ['sub/pacs:x', { kind: 'path', path: 'sub/pacs:x' }],
    [String.raw`C:\data`, { kind: 'path', path: String.raw`C:\data` }],
    ['C:/data', { kind: 'path', path: 'C:/data' }],
    ['s3://bucket/a/b', { kind: 'url', scheme: 's3', url: 's3://bucket/a/b', options: {} }],
    ['file:///data', { kind: 'url', scheme: 'file', url: 'file:///data', options: {} }],
    ['S3://Bucket/A', { kind: 'url', scheme: 's3', url: 's3://Bucket/A', options: {} }],
    ['memory:', { kind: 'url', scheme: 'memory', url: 'memory:', options: {} }],
    ['pacs:', { kind: 'remote', name: 'pacs', sub: '', options: {} }],
    ['pacs:/a/b/', { kind: 'remote', name: 'pacs', sub: 'a/b', options: {} }],
    ['pacs:a?tier=COLD', { kind: 'remote', name: 'pacs', sub: 'a', options: { tier: 'COLD' } }],
  ])('%s', (text, address) => {
    expect(parseAddress(text, remotes)).toEqual(address)
  })

  test('has options after the question mark, and only there', () => {
    const options = { endpoint: 'http://127.0.0.1:7480', pathStyle: 'true' }
    const text = 's3://bucket/a?endpoint=http%3A%2F%2F127.0.0.1%3A7480&pathStyle=true'
    expect(parseAddress(text, remotes)).toMatchObject({ url: 's3://bucket/a', options })
    expect(formatAddress('s3://bucket/a', options)).toBe(text)
    expect(parseAddress('s3://bucket/what?', remotes)).toMatchObject({ url: 's3://bucket/what?', options: {} })
  })

  test('with an unknown remote is an error that names the known ones, and does not make a folder', () => {
    expect(() => parseAddress('pasc:x', remotes)).toThrow('There is no remote "pasc"; there are: pacs, minio.')
    expect(() => parseAddress('pasc:/x', new Set())).toThrow('none is configured')
  })

  test('of a remote is told with the name of that remote, and names no other', () => {
    expect(parseRemote('zz', '../ct')).toEqual({ kind: 'path', path: '../ct' })
    expect(() => parseRemote('zz', 'mine:a')).toThrow(
      'remotes.zz: "mine:" begins no URL, and no remote is named by another. A folder of that name is written ./mine:a',
    )
    expect(() => parseRemote('zz', 'file:../ct')).toThrow('remotes.zz: A folder is written as its path, ../ct, or')
  })

  test('holds no password', () => {
    expect(() => parseAddress('s3://key:secret@bucket/x', remotes)).toThrow('no password')
  })

  test('is not empty, and no pipe', () => {
    expect(() => parseAddress('', remotes)).toThrow('empty')
    expect(() => parseAddress('-', remotes)).toThrow('./-')
    expect(parseAddress('./-', remotes)).toEqual({ kind: 'path', path: './-' })
  })
})
