import { describe, expect, test } from 'vitest'

import { run } from '../testing/run.ts'
import { Workbench } from '../testing/workbench.ts'

describe('usage', () => {
  test.each([
    [['--help'], 0, 'copy [options]'],
    [['help', 'copy'], 0, '--bwlimit'],
    [['copy', '--help'], 0, 'Which entries'],
    [['help', 'jobs', 'resume'], 0, 'jobs resume'],
    [['version'], 0, 'gantry 0.'],
    [['--version'], 0, '0.'],
    [['completion', '--help'], 0, 'fish'],
    [[], 2, 'Usage:'],
    [['cpoy'], 2, 'Did you mean copy?'],
    [['copy'], 2, "missing required argument 'source'"],
    [['copy', 'a', 'b', 'c', 'd'], 2, 'an argument too many: c, d'],
    [['jobs', 'frob'], 2, 'unknown command, or an argument too many: frob'],
    [['jobs', 'cancle'], 2, 'Did you mean cancel?'],
    [['catalogue', 'shwo'], 2, 'Did you mean show?'],
    [['jobs', 'resume', 'a', 'b'], 2, 'See gantry jobs resume --help.'],
    [['completion', 'foo'], 2, "'foo' is no shell that is known. Allowed choices are bash"],
    [['copy', 'a', 'b', '--overwrite', '--no-clobber'], 2, 'cannot be used with'],
    [['copy', 'a', 'b', '--jobs', '0'], 2, 'from 1 to 1024'],
    [['copy', 'a', 'b', '--bwlimit', 'fast'], 2, 'such as 500k'],
    [['copy', 'a', 'b', '--since', 'monday'], 2, 'YYYY-MM-DD'],
    [['copy', 'a', 'b', '--study', 'x'], 2, 'digits and dots'],
    [['copy', '.', '../b', '--layout', 'tree'], 2, 'There is no layout "tree"'],
    [['copy', '.', '../b', '--layout', '{Nix}/x'], 2, 'Nix'],
    [['copy', '.', '.'], 2, 'the same place'],
    [['copy', '.', './inner'], 2, 'within the source'],
    [['copy', '.', 'pasc:x'], 2, 'There is no remote "pasc"'],
    [['ls', 'ftp://host/x'], 2, 'before these: cod+, '],
    [['ls', 'http://127.0.0.1:8042/dicom-web'], 2, 'is written dicomweb+http://'],
    [['ls', 'file:///x%ZZ'], 2, 'file:///PATH'],
    [['copy', '.', 'file:///x%ZZ'], 2, 'file:///PATH'],
    [['ls', 'file://elsewhere/x'], 2, 'file:///PATH'],
    [['catalogue', 'import', '.'], 2, 'That is no file'],
    [['ls', 's3://b'], 2, 'bucket is malformed'],
    [['ls', 's3://bucket?endpint=x'], 2, 'it has endpoint'],
    [['ls', '.', '--option', 'x'], 2, 'key=value'],
    [['ls', '.', '--config', 'nix.json'], 2, 'no configuration file'],
    [['rm', '.'], 2, '--yes'],
    [['hub', '--help'], 0, 'account'],
    [['hub', 'account', 'create', 'x'], 2, "required option '--out"],
    [['hub', 'account', 'create', 'x', '--out', '-'], 2, 'written ./-'],
    [['serve', '.', '--index', '-'], 2, 'written ./-'],
    [['fleet', 'worker', '--deidentify-reports', '-'], 2, 'written ./-'],
    [['catalogue', 'ls', '--catalogue', '-'], 2, 'This cannot be the output (-)'],
    [['login'], 2, '--key FILE'],
    [['login', '--key', 'nix'], 2, 'There is no key file'],
    [['login', '--google', '--client-file', 'nix'], 2, 'cannot be read'],
    [['ls', '.', '--ca', 'nix'], 2, 'cannot be read'],
    [['fleet', 'status', '--database', 'nix'], 2, 'postgres://'],
    [['fleet', 'status', '--queue', 'nix', '--database', 'postgres://127.0.0.1:1/x'], 2, 'redis://'],
    [['share'], 2, "missing required argument 'places'"],
    [['share', 'a', '--expires', 'soon'], 2, 'such as 30m'],
    [['share', 'a', '--max-opens', '0'], 2, 'from 1 to'],
    [['share', 'a', '--passphrase', 'x', '--recipient', 'x'], 2, 'public key of age'],
    [['share', 'nix', '--to', './b'], 1, 'There is no file or folder nix'],
    [['share', 'nix'], 3, 'gantry login'],
    [['open', 'x', './b'], 2, 'no secret link'],
    [['copy', '.', 'hub://h/x?key=y'], 2, 'not belong on a command line'],
    [['copy', '.', 'hub://h.example/x'], 3, 'gantry login'],
    [['help', 'nix'], 2, 'There is no help'],
    [['completion', 'tcsh'], 2, 'Allowed choices'],
    [['jobs', 'show', 'nix'], 2, 'There is no job "nix"'],
    [['jobs', 'resume'], 2, 'no job to go on with'],
    [['jobs', 'forget'], 2, 'Which ones?'],
    [['verify', 'nix'], 2, 'There is no job "nix"'],
    [['copy', './nix', './b'], 1, 'There is no file or folder ./nix'],
    [['ls', './nix'], 1, 'There is no file or folder ./nix'],
  ])('gantry %j ends with %i', async (argv, code, text) => {
    await using bench = await Workbench.make()
    const result = await bench.gantry(argv)
    expect(result.stdout + result.stderr).toContain(text)
    expect(result.code).toBe(code)
    expect(await bench.files('b')).toEqual([])
  })

  test('errors are JSON where JSON was asked for', async () => {
    expect((await run(['copy', '--json'])).json).toEqual([
      { type: 'error', code: 'invalid', message: "missing required argument 'source'" },
    ])
    expect((await run(['ls', './nix', '--json'])).json).toMatchObject([{ type: 'error', code: 'not_found' }])
    for (const argv of [['--json'], ['hub', 'account', '--json']]) {
      const { code, json } = await run(argv)
      expect({ code, json }).toMatchObject({ code: 2, json: [{ type: 'error', code: 'invalid' }] })
    }
  })

  test.each([['version'], ['--version'], ['igt', 'version']])('the version is JSON as well: %s', async (...argv) => {
    expect((await run([...argv, '--json'])).json).toMatchObject([{ type: 'version', node: process.versions.node }])
  })

  test('who lists says with JSON that this was all', async () => {
    await using bench = await Workbench.make()
    await bench.fill('study', 2)
    expect((await bench.gantry(['archive', 'study', 'shelf', '--no-manifest'])).code).toBe(0)
    const listed = await bench.gantry(['catalogue', 'ls', '--sessions', '--json'])
    expect(listed.json).toMatchObject([{ type: 'session' }, { type: 'result', sessions: 1, exit: 0 }])
    const none = await bench.gantry(['catalogue', 'find', '--modality', 'XX', '--json'])
    expect(none).toMatchObject({ code: 1, json: [{ type: 'result', studies: 0, exit: 1 }] })
  })
})
