/**
 * The command `npm run compare`: adapters against others of the same frozen model, pair by pair, each
 * also at the threshold that is best for it on the validation images. On these, or with `--test` on
 * the test images, which are for the very end.
 */
import { compare } from 'vessel-reward'
import { loadAdapter } from '../files/adapter-files.ts'
import type { Adapter } from '../model/lora.ts'
import { imageReward } from '../ppo/image-reward.ts'
import type { JudgedImages } from '../results/comparison.ts'
import {
  CONNECTED,
  CONNECTED_HEAD,
  type ConnectedScores,
  chosenLimit,
  connectedRow,
  connectedScores,
  meanConnected,
} from '../results/connected-scores.ts'
import { DEFAULT_SETTINGS } from '../settings.ts'
import { syntheticSource } from '../sources/synthetic-source.ts'
import {
  adapterFolder,
  baseOf,
  MODEL_OPTIONS,
  readOptions,
  runCommand,
  settingsOption,
  startModel,
} from './options/command.ts'

const USAGE = `Usage: npm run compare -- --adapters DIR,DIR --against DIR,DIR [options]

Scores adapters and what they are compared with, each by the threshold 1/2 and by the one that is best
for it on the validation images, and gives the paired differences between the latter with 95 %
intervals: of each image's mean over the pairs, such as the seeds of one recipe.

  --adapters LIST  folders of runs or adapters, separated by commas
  --against LIST   as many others: the first is compared with the first, and so on
  --by NAME        dice or reward: what the thresholds are best for (default: dice); the reward is
                   'robust', which weighs connections more than Dice does
  --test           on the 150 test images, which no choice may be made on
  --model NAME     transformer, unet or a model.json (default: transformer)
  --base FILE      the frozen model (default: the one that comes with the example)
  --backend NAME   auto, node-gpu, node, webgpu, wasm or cpu (default: auto)
  --help           this text
`

const ERRORS = ['componentError', 'broken', 'spurious', 'missing', 'extra'] as const
const DIRECTION = Object.fromEntries(ERRORS.map((name) => [name, 'lower' as const]))

/** Scores of each image, by the threshold 1/2 and by the chosen one. */
interface Row {
  plain: ConnectedScores[]
  chosen: ConnectedScores[]
}

await runCommand(async (args) => {
  const values = readOptions(args, USAGE, {
    ...MODEL_OPTIONS,
    adapters: { type: 'string' },
    against: { type: 'string' },
    by: { type: 'string', default: 'dice' },
    test: { type: 'boolean', default: false },
  })
  if (values === undefined) return
  const lists = [values.adapters, values.against].map((text) => text?.split(',') ?? [])
  const [first, second] = lists
  if (first.length === 0 || first.length !== second.length) {
    throw new RangeError(
      `expected as many folders in --against as in --adapters, got ${second.length} and ${first.length}`,
    )
  }
  const { by } = values
  if (by !== 'dice' && by !== 'reward') {
    throw new RangeError(`expected --by dice or reward, got '${by}'`)
  }
  const model = await startModel(values)
  const source = syntheticSource(baseOf(values))
  const validation = source.validation(model)
  const images = values.test ? source.test(model) : validation
  const reward = imageReward(settingsOption(DEFAULT_SETTINGS, { reward: 'robust' }))
  const logitsOf = (of: JudgedImages, adapter: Adapter) => of.logits(model, adapter)

  console.log(`${images.references.length} ${images.what}\n\n${CONNECTED_HEAD}`)
  const rowOf = async (folder: string): Promise<Row> => {
    const adapter = await loadAdapter(adapterFolder(folder), model)
    const threshold = chosenLimit(
      await logitsOf(validation, adapter),
      validation.references,
      by === 'dice' ? by : reward,
    )
    const logits = await logitsOf(images, adapter)
    adapter.dispose()
    const [plain, chosen] = [0, threshold].map((limit) => {
      const scores = connectedScores(logits, images.references, reward, limit)
      console.log(connectedRow(folder, limit, meanConnected(scores)))
      return scores
    })
    return { plain, chosen }
  }
  // Several may be compared with one, as the seeds of PPO are with what they began with.
  const known = new Map<string, Row>()
  for (const folder of new Set(lists.flat())) known.set(folder, await rowOf(folder))
  const rows = lists.map((list) => list.map((folder) => known.get(folder) as Row))
  for (const kind of ['chosen', 'plain'] as const) {
    const thresholds =
      kind === 'chosen' ? 'each at its best threshold' : 'at 1/2, the others at their best'
    console.log(`\n--adapters less --against, ${thresholds}: mean [95 % interval], better on`)
    console.log(
      differences(
        perImage(rows[0].map((row) => row[kind])),
        perImage(rows[1].map((row) => row.chosen)),
      ),
    )
  }
})

/** The scores of each image, as means over runs. */
function perImage(runs: readonly ConnectedScores[][]): ConnectedScores[] {
  return runs[0].map((_, image) => meanConnected(runs.map((scores) => scores[image])))
}

function differences(a: ConnectedScores[], b: ConnectedScores[]): string {
  const all = compare(a, b, { direction: DIRECTION })
  const before = meanConnected(b)
  return CONNECTED.map((name) => {
    const { difference, low, high, wins, n } = all[name]
    const [mean, from, to] = [difference, low, high].map((value) => value.toFixed(4))
    const isError = ERRORS.some((error) => error === name)
    const share = isError ? ` (${((100 * difference) / before[name]).toFixed(0)} %)` : ''
    return `  ${name.padEnd(14)} ${mean} [${from}, ${to}]${share}, ${wins} of ${n} images`
  }).join('\n')
}
