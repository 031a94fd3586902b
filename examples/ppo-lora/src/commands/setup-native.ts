/**
 * Makes `@tensorflow/tfjs-node-gpu` work from the npm and Python package registries alone:
 * `npm run setup:native`, with `-- --cuda` for a machine with an NVIDIA card.
 *
 * The package's own installer downloads a library that knows no modern GPU, from a place that many
 * networks block. Its add-on comes as C++ source, though, and a TensorFlow wheel holds the library and
 * the headers: this compiles one against the other. Nothing is installed into the system or its
 * Python; all of it lies in `native/`. Steps already done are skipped.
 */
import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import {
  NATIVE_BINDING,
  NATIVE_FOLDER,
  NATIVE_PACKAGE,
  NATIVE_PACKAGE_FOLDER,
} from '../backends/native/native-folder.ts'
import {
  downloadWheels,
  requirementsOf,
  unpackWheel,
  type Wheel,
} from '../backends/native/python-wheels.ts'

const PACKAGES = { [NATIVE_PACKAGE]: '4.22.0', 'node-api-headers': '1.9.0' }

/** The smallest wheel for processors. */
const CPU_WHEEL: Wheel = {
  name: 'tensorflow-cpu',
  version: '2.15.1',
  sha256: '54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26',
}

/** CUDA 12.5 and cuDNN 9; knows cards up to compute capability 9.0. */
const CUDA_WHEEL: Wheel = {
  name: 'tensorflow',
  version: '2.18.1',
  sha256: 'c9f87e5d2a680a4595f5dc30daf6bbaec9d4129b46d7ef1b2af63c46ac7d2828',
}

/** What the add-on is compiled and linked with, as Python's fnmatch understands it. */
const PARTS = [
  'tensorflow/libtensorflow_cc.so.2',
  'tensorflow/libtensorflow_framework.so.2',
  ...['tensorflow/c', 'tensorflow/core/platform', 'tensorflow/tsl', 'tsl', 'xla/tsl'].map(
    (folder) => `tensorflow/include/${folder}/*.h`,
  ),
]

/** An error whose message is all that a user needs. */
class SetupError extends Error {}

function main(): void {
  const { values } = parseArgs({ options: { cuda: { type: 'boolean', default: false } } })
  checkMachine()
  mkdirSync(NATIVE_FOLDER, { recursive: true })
  installPackages()
  const wheel = values.cuda ? CUDA_WHEEL : CPU_WHEEL
  const library = unpackTensorFlow(wheel, values.cuda)
  compile(library)
  report(values.cuda)
}

function checkMachine(): void {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetupError(
      `expected Linux on x64, got ${process.platform} on ${process.arch}: use --backend wasm here`,
    )
  }
  const tools: [string, string[], string][] = [
    ['python3', ['--version'], 'apt-get install python3'],
    ['python3', ['-m', 'pip', '--version'], 'apt-get install python3-pip'],
    ['g++', ['--version'], 'apt-get install g++'],
    ['npm', ['--version'], 'it comes with Node.js'],
  ]
  for (const [tool, options, install] of tools) {
    try {
      execFileSync(tool, options, { stdio: 'ignore' })
    } catch {
      const name = options.includes('pip') ? 'pip for python3' : tool
      throw new SetupError(`${name} is missing; on Debian and Ubuntu: ${install}`)
    }
  }
}

function installPackages(): void {
  const isThere = Object.keys(PACKAGES).every((name) =>
    existsSync(join(NATIVE_FOLDER, 'node_modules', name, 'package.json')),
  )
  if (!step(1, `npm packages ${Object.keys(PACKAGES).join(', ')}`, isThere)) return
  const manifest = { private: true, dependencies: PACKAGES }
  writeFileSync(join(NATIVE_FOLDER, 'package.json'), JSON.stringify(manifest))
  const options = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock']
  attempt('npm', options, 'the npm registry did not deliver the packages above')
  // The example's own copy of TensorFlow.js must be the only one: two would be slow and confusing.
  const scope = join(NATIVE_FOLDER, 'node_modules/@tensorflow')
  for (const name of readdirSync(scope)) {
    if (`@tensorflow/${name}` !== NATIVE_PACKAGE) rmSync(join(scope, name), { recursive: true })
  }
  const seen = createRequire(join(NATIVE_PACKAGE_FOLDER, 'dist/')).resolve('@tensorflow/tfjs')
  const own = createRequire(import.meta.url).resolve('@tensorflow/tfjs')
  if (realpathSync(seen) !== realpathSync(own)) {
    throw new SetupError(`expected one copy of @tensorflow/tfjs, got ${seen} beside ${own}`)
  }
}

/** Returns the folder that then holds the library and its headers. */
function unpackTensorFlow(wheel: Wheel, isCuda: boolean): string {
  const folder = join(NATIVE_FOLDER, `${wheel.name}-${wheel.version}`)
  const label = `${wheel.name} ${wheel.version}${isCuda ? ' and its NVIDIA libraries' : ''}`
  if (!step(2, label, existsSync(folder))) return folder
  // Complete or not there: the folder gets its name when everything is in it.
  const partial = `${folder}.partial`
  const downloads = join(NATIVE_FOLDER, 'download')
  rmSync(partial, { recursive: true, force: true })
  const failed = 'the Python package index did not deliver the wheels above'
  try {
    const [file] = downloadWheels([wheel], downloads)
    unpackWheel(file, partial, PARTS)
    if (isCuda) {
      for (const needed of downloadWheels(requirementsOf(file, 'and-cuda'), downloads)) {
        unpackWheel(needed, partial, ['nvidia/*'])
      }
    }
  } catch (error) {
    throw new SetupError(`${failed} (${(error as Error).message}); run this again to retry`)
  }
  renameSync(partial, folder)
  rmSync(downloads, { recursive: true, force: true })
  return folder
}

function compile(library: string): void {
  // What the add-on was linked with; it has to be made anew when that changes.
  const stamp = `${NATIVE_BINDING}.library`
  const name = relative(NATIVE_FOLDER, library)
  const isDone =
    existsSync(NATIVE_BINDING) && existsSync(stamp) && readFileSync(stamp, 'utf8') === name
  if (!step(3, `add-on compiled against ${name}`, isDone)) return
  mkdirSync(dirname(NATIVE_BINDING), { recursive: true })
  const tensorflow = join(library, 'tensorflow')
  const sources = ['tfjs_backend.cc', 'tfjs_binding.cc']
  attempt(
    'g++',
    [
      ...['-std=gnu++17', '-O3', '-fPIC', '-shared', '-w'],
      ...['-DNAPI_VERSION=8', '-DBUILDING_NODE_EXTENSION'],
      `-I${join(NATIVE_FOLDER, 'node_modules/node-api-headers/include')}`,
      `-I${join(tensorflow, 'include')}`,
      ...sources.map((file) => join(NATIVE_PACKAGE_FOLDER, 'binding', file)),
      join(tensorflow, 'libtensorflow_cc.so.2'),
      join(tensorflow, 'libtensorflow_framework.so.2'),
      // Relative, so that the folder can move and no variable has to name it.
      `-Wl,-rpath,$ORIGIN/${relative(dirname(NATIVE_BINDING), tensorflow)}`,
      ...['-o', NATIVE_BINDING],
    ],
    'the compiler refused the sources of the add-on, as it says above',
  )
  writeFileSync(stamp, name)
}

/** Runs the backend in a process of its own, since a bad library ends the process that loads it. */
function report(isCuda: boolean): void {
  step(4, 'results equal to those of the cpu backend', false)
  const check = join(import.meta.dirname, 'check-native.ts')
  attempt(
    process.execPath,
    ['--import', 'tsx', check, ...(isCuda ? ['--cuda'] : [])],
    'the add-on does not work, as it says above; delete native/ to start again',
  )
}

/** Announces a step; true when there is something to do. */
function step(number: number, label: string, isDone: boolean): boolean {
  console.log(`[${number}/4] ${label}${isDone ? ': already there' : ' …'}`)
  return !isDone
}

function attempt(tool: string, options: readonly string[], failure: string): void {
  try {
    execFileSync(tool, options, { cwd: NATIVE_FOLDER, stdio: 'inherit' })
  } catch (error) {
    const { status, signal } = error as { status?: number; signal?: string }
    throw new SetupError(`${failure} (${tool} ended with ${signal ?? status})`)
  }
}

try {
  main()
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  console.error(`setup:native failed: ${error.message}`)
  process.exitCode = 1
}
