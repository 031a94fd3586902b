import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { METRIC_NAMES } from 'vessel-reward'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runTool } from '../run-tool.ts'

/** The commands that the help of the program lists, `help` as the last. */
const COMMANDS = Array.from(
  (await runTool(['--help'])).out.split('Commands:')[1].matchAll(/^ {2}(\w+) [ [<]/gm),
  ([, name]) => name,
)
const has = (shell: string) => spawnSync(shell, ['-c', ':']).status === 0

let folder: string
/** Where the script for a shell lies. */
const script = (shell: string) => join(folder, `completion.${shell}`)

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vessel-reward-completion-'))
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { code, out } = await runTool(['completion', shell])
    expect(code).toBe(0)
    writeFileSync(script(shell), out)
  }
  writeFileSync(join(folder, 'a mask.png'), '')
})
afterAll(() => rmSync(folder, { recursive: true }))

/** What is proposed for the last word, by bash itself. */
function bash(...words: string[]): string[] {
  const program = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
    _vessel_reward; for word in "\${COMPREPLY[@]}"; do echo "$word"; done`
  const args = ['--norc', '-c', program, 'bash', script('bash'), 'vessel-reward', ...words]
  return execFileSync('bash', args, { cwd: folder }).toString().split('\n').slice(0, -1)
}

/** Likewise by fish, without descriptions. */
function fish(line: string): string[] {
  const program = `source '${script('fish')}'; complete -C '${line}'`
  const env = { ...process.env, HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder }
  const out = execFileSync('fish', ['--no-config', '-c', program], { cwd: folder, env })
  return out
    .toString()
    .trim()
    .split('\n')
    .map((row) => row.split('\t')[0])
}

/** The options that the help of a command lists. */
async function listed(command: string): Promise<string[]> {
  const { out } = await runTool([command, '--help'])
  return [
    ...new Set(Array.from(out.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm), ([, option]) => option)),
  ]
}

describe.skipIf(!has('bash'))('bash', () => {
  test('completes commands and the options of the program', () => {
    expect(COMMANDS).toEqual(expect.arrayContaining(['score', 'sweep', 'completion', 'help']))
    expect(bash('')).toEqual(COMMANDS)
    expect(bash('s')).toEqual(['score', 'sweep', 'stream', 'serve'])
    expect(bash('--')).toEqual(['--version', '--help'])
    expect(bash('help', 'au')).toEqual(['audit'])
    expect(bash('completion', '')).toEqual(['bash', 'zsh', 'fish'])
  })

  test.each(COMMANDS.slice(0, -1))('completes all options of %s', async (command) => {
    const options = await listed(command)
    expect(options.length).toBeGreaterThan(0)
    expect(bash(command, '--').sort()).toEqual(options.sort())
  })

  test('completes values, after a space and after an equals sign', () => {
    expect(bash('score', 'pred.png', '--reward', '')).toEqual(['design', 'robust'])
    expect(bash('audit', '--reward', 'l')).toEqual(['literal'])
    expect(bash('score', '--reward', '=', 'ro')).toEqual(['robust'])
    expect(bash('score', '--reward', '=')).toEqual(['design', 'robust'])
    expect(bash('sweep', '--metric', 'rew')).toEqual(['reward'])
    expect(bash('evaluate', '--connectivity', '')).toEqual(['4', '8'])
  })

  test('completes the last of several names', () => {
    expect(bash('evaluate', '--metrics', '')).toEqual(['all', ...METRIC_NAMES])
    expect(bash('evaluate', '--metrics', 'dice,hd')).toEqual(['dice,hd95'])
    expect(bash('evaluate', '--fail-under', 'iou=.5,di')).toEqual(['iou=.5,dice='])
    expect(bash('score', '--alpha', 'p')).toEqual(['pred'])
    expect(bash('score', '--alpha', '--re')).toEqual(['--reward'])
  })

  test('leaves file names to readline', () => {
    expect(bash('score', 'a')).toEqual([])
    expect(bash('score', '--within', '')).toEqual([])
    expect(bash('evaluate', '--json', '')).toEqual([])
    const program = `source "$1"; complete -p vessel-reward`
    const out = execFileSync('bash', ['--norc', '-c', program, 'bash', script('bash')]).toString()
    expect(out).toContain('-o default')
  })

  test('proposes nothing that the name of a file could have run', () => {
    expect(bash('score', '$(touch x)')).toEqual([])
    expect(bash('evaluate', '--metrics', '`touch x`,di')).toEqual(['`touch x`,dice'])
    expect(() => execFileSync('test', ['-e', join(folder, 'x')])).toThrow()
  })
})

describe.skipIf(!has('fish'))('fish', () => {
  test('completes commands, options, values and files', async () => {
    expect(fish('vessel-reward ').sort()).toEqual([...COMMANDS].sort())
    const options = await listed('sweep')
    expect(fish('vessel-reward sweep --').sort()).toEqual(options.sort())
    expect(fish('vessel-reward score --reward ')).toEqual(['design', 'robust'])
    expect(fish('vessel-reward evaluate --metrics dice,tp')).toEqual(['dice,tprec'])
    expect(fish('vessel-reward completion z')).toEqual(['zsh'])
    expect(fish('vessel-reward score a')).toEqual(['a mask.png'])
    expect(fish('vessel-reward score --within a')).toEqual(['a mask.png'])
  })

  test('proposes files for paths only', () => {
    const paths = ['evaluate --pairs', 'evaluate --cases', 'sweep --test', 'audit --good']
    for (const words of paths) expect(fish(`vessel-reward ${words} a`)).toEqual(['a mask.png'])
    const others = ['evaluate --shard', 'merge --worst', 'score --page', 'stream --max-line']
    for (const words of others) expect(fish(`vessel-reward ${words} a`)).toEqual([''])
  })
})

describe.skipIf(!has('zsh'))('zsh', () => {
  test('accepts the script', () => {
    expect(execFileSync('zsh', ['-f', '-n', script('zsh')]).toString()).toBe('')
  })

  test('completes commands, options, values and files at its line', () => {
    const lines = {
      'vessel-reward sco': 'vessel-reward score ',
      'vessel-reward score --rew': 'vessel-reward score --reward=',
      'vessel-reward score --reward rob': 'vessel-reward score --reward robust ',
      'vessel-reward sweep --metrics dice,tp': 'vessel-reward sweep --metrics dice,tprec,',
      'vessel-reward completion zs': 'vessel-reward completion zsh ',
      'vessel-reward score --within a': 'vessel-reward score --within a\\ mask.png ',
    }
    // A shell at a terminal of its own; a key of the test prints the line as it is then.
    const program = `zmodload zsh/zpty
      zpty z zsh -f -i
      zpty -w z "PS1=; autoload -U compinit; compinit -u -D; source $1; cd $2
        show() { print -r -- \\"<\\$BUFFER>\\"; BUFFER=; }; zle -N show; bindkey '^T' show; print rea''dy"
      out=
      until [[ $out == *ready* ]]; do zpty -r z chunk; out+=$chunk; done
      for line in "\${@:3}"; do
        zpty -w -n z "$line"$'\\t\\C-t'
        out=
        until [[ $out == *\\<*\\>* ]]; do zpty -r z chunk; out+=$chunk; done
        print -r -- "$out"
      done
      zpty -d z`
    const args = ['-f', '-c', program, 'zsh', script('zsh'), folder, ...Object.keys(lines)]
    const out = execFileSync('zsh', args, { timeout: 20_000 }).toString()
    expect([...out.matchAll(/<(.*)>/g)].map(([, line]) => line)).toEqual(Object.values(lines))
  })
})

test('other shells are wrong usage', async () => {
  const { code, err } = await runTool(['completion', 'tcsh'])
  expect(code).toBe(2)
  expect(err).toContain('Allowed choices are bash, zsh, fish')
  expect((await runTool(['completion'])).code).toBe(2)
})

test.each(COMMANDS.slice(0, -1))('the help of %s has examples', async (command) => {
  const { out } = await runTool([command, '--help'])
  expect(out).toMatch(/^Examples:\n {2}\S/m)
  expect(out).toContain(`vessel-reward ${command} `)
})
