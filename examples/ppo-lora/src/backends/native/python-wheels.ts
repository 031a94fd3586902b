import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A package of the Python package index. */
export interface Wheel {
  name: string
  version: string
  /** Expected of the file, in hexadecimal; without it the index's own word is checked. */
  sha256?: string
}

/** A wheel names the oldest C library that it works with, and pip matches names exactly. */
const PLATFORMS = [
  'manylinux_2_28_x86_64',
  'manylinux_2_27_x86_64',
  'manylinux_2_17_x86_64',
  'manylinux2014_x86_64',
  'manylinux1_x86_64',
]

/**
 * Downloads wheels for Linux on x64 with pip, which verifies their checksums and shows its progress.
 * Nothing is installed, and Python's own version does not matter.
 *
 * @returns the files, in the order of `wheels`
 * @throws Error when pip fails
 */
export function downloadWheels(wheels: readonly Wheel[], folder: string): string[] {
  mkdirSync(folder, { recursive: true })
  const requirements = join(folder, 'requirements.txt')
  const line = ({ name, version, sha256 }: Wheel) =>
    `${name}==${version}${sha256 ? ` --hash=sha256:${sha256}` : ''}\n`
  writeFileSync(requirements, wheels.map(line).join(''))
  run('python3', [
    ...['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--dest', folder],
    ...['--python-version', '3.11', '--implementation', 'cp', '--abi', 'cp311'],
    ...PLATFORMS.flatMap((platform) => ['--platform', platform]),
    ...['--requirement', requirements],
  ])
  return wheels.map(({ name, version }) => {
    const start = `${name.replaceAll('-', '_')}-${version}-`.toLowerCase()
    const file = readdirSync(folder).find((found) => found.toLowerCase().startsWith(start))
    if (!file) throw new Error(`expected pip to download ${name} ${version}`)
    return join(folder, file)
  })
}

/** Unpacks the members of a wheel that match one of some patterns of Python's fnmatch. */
export function unpackWheel(file: string, folder: string, patterns: readonly string[]): void {
  run('python3', ['-c', UNPACK, file, folder, ...patterns])
}

/** The exact versions that a wheel asks for under one of its extras. */
export function requirementsOf(file: string, extra: string): Wheel[] {
  const metadata = execFileSync('python3', ['-c', METADATA, file], { encoding: 'utf8' })
  const lines = metadata.split('\n').filter((line) => line.startsWith('Requires-Dist:'))
  return lines.flatMap((line) => {
    const [, name, version] = /^Requires-Dist: ([\w.-]+) ?\(?==([\w.]+)\)?/.exec(line) ?? []
    const belongs = new RegExp(`extra == ["']${extra}["']`).test(line)
    return belongs && name ? [{ name, version }] : []
  })
}

const UNPACK = `
import fnmatch, os, sys, zipfile
file, folder, *patterns = sys.argv[1:]
with zipfile.ZipFile(file) as wheel:
    members = [m for m in wheel.infolist() if any(fnmatch.fnmatch(m.filename, p) for p in patterns)]
    if not members:
        sys.exit('nothing to unpack in ' + file)
    for member in members:
        wheel.extract(member, folder)
megabytes = sum(member.file_size for member in members) // 1_000_000
print(f'unpacked {len(members)} files, {megabytes} MB, of {os.path.basename(file)}')
`

const METADATA = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as wheel:
    name = next(n for n in wheel.namelist() if n.endswith('.dist-info/METADATA'))
    print(wheel.read(name).decode())
`

function run(tool: string, options: readonly string[]): void {
  try {
    execFileSync(tool, options, { stdio: 'inherit' })
  } catch (error) {
    const { status, signal } = error as { status?: number; signal?: string }
    throw new Error(`${tool} ended with ${signal ?? status}`)
  }
}
