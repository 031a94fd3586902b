/**
 * The command `npm run experiment:postprocessing`: a policy that sets the post-processing of each image,
 * beside the best fixed setting and the best one of each image; and what a threshold does to masks that
 * are binary already.
 */
import { BitMask, compare } from 'vessel-reward'
import { mulberry32 } from '../../../mulberry32.ts'
import { prepare, rasterLogits } from '../data/prepare.ts'
import { type Split, syntheticImages } from '../data/synthetic/synthetic-images.ts'
import { ChoicePolicy, type ChoiceTraining, trainChoices } from '../experiments/choice-policy.ts'
import { mapFeatures, standardizer } from '../experiments/map-features.ts'
import { type ProbabilityMap, postProcess } from '../experiments/post-process.ts'
import {
  allChoices,
  KNOBS,
  OPTIONS,
  PLAIN,
  settingOf,
  settingText,
} from '../experiments/post-process-choices.ts'
import type { Segmenter } from '../model/segmenter.ts'
import { type ImageReward, imageReward, type Reference } from '../ppo/image-reward.ts'
import { seedOf } from '../random.ts'
import { METRICS, meanScores, type Scores, scoresOf } from '../results/scores.ts'
import { DEFAULT_SETTINGS } from '../settings.ts'
import {
  integerOption,
  MODEL_OPTIONS,
  REWARD_OPTION,
  readOptions,
  runCommand,
  settingsOption,
  startModel,
} from './options/command.ts'

const USAGE = `Usage: npm run experiment:postprocessing -- [options]

A policy chooses threshold, hysteresis, closing, smallest piece and spur length for each image of the
frozen model, by reward alone; beside it the best fixed setting, chosen on the validation images, and
the best setting of each image, which only its truth can tell.

  --on SPLIT      validation, on which the fixed setting is chosen as well, or test, to be looked at once
                  (default: validation)
  --seeds N       policies of each kind, with seeds 1 to N (default: 3)
  --updates N     of each policy (default: 200)
  --reward NAME   design or robust (default: design)
  --model NAME    transformer, unet or a model.json (default: transformer)
  --base FILE     the frozen model (default: the one that comes with the example)
  --backend NAME  auto, node-gpu, node, webgpu, wasm or cpu (default: auto)
  --help          this text
`

/** The bandit sees what it drew once, PPO four times, with ratios clipped. */
const POLICIES: Readonly<Record<string, Pick<ChoiceTraining, 'epochs'>>> = {
  'policy, contextual bandit': { epochs: 1 },
  'policy, PPO': { epochs: 4 },
}
const FIXED = 'best fixed setting'
const TRAINING = { images: 16, samples: 8, clip: 0.2, learningRate: 0.02 }

/** Maps of the frozen model, and what masks of them are judged by. */
interface Images {
  maps: ProbabilityMap[]
  references: readonly Reference[]
  features: number[][]
  rewardOf(image: number, choice: readonly number[]): number
}

await runCommand(async (args) => {
  const values = readOptions(args, USAGE, {
    ...MODEL_OPTIONS,
    ...REWARD_OPTION,
    on: { type: 'string', default: 'validation' },
    seeds: { type: 'string', default: '3' },
    updates: { type: 'string', default: '200' },
  })
  if (values === undefined) return
  const { on } = values
  if (on !== 'validation' && on !== 'test') {
    throw new RangeError(`expected --on validation or test, got '${on}'`)
  }
  const seeds = integerOption(values.seeds, 'seeds', 1)
  const updates = integerOption(values.updates, 'updates', 1)
  const reward = imageReward(settingsOption(DEFAULT_SETTINGS, { reward: values.reward }))
  const model = await startModel(values)
  const training = await imagesOf('train', model, reward)
  const validation = await imagesOf('validation', model, reward)
  const judged = on === 'validation' ? validation : await imagesOf('test', model, reward)
  const choices = allChoices()
  console.log(
    `${choices.length} settings; the reward is '${values.reward}', in the field of view; ` +
      `${training.maps.length} images to learn from, ${validation.maps.length} to choose the fixed setting on, ` +
      `${judged.maps.length} ${on} images to judge by`,
  )

  const fixed = bestFixed(validation, choices)
  console.log(`best fixed setting: ${settingText(settingOf(fixed))}`)
  const standardize = standardizer(training.features)
  const [seen, unseen] = [training, judged].map(({ features }) => features.map(standardize))
  const scored: Record<string, Scores[]> = {
    'threshold .5, nothing else': scoresBy(judged, () => PLAIN, reward),
    [FIXED]: scoresBy(judged, () => fixed, reward),
  }
  for (const [name, { epochs }] of Object.entries(POLICIES)) {
    const runs = Array.from({ length: seeds }, (_, i) => {
      const policy = new ChoicePolicy(OPTIONS, seen[0].length)
      const settings = { ...TRAINING, updates, epochs }
      const random = mulberry32(seedOf(i + 1, 8))
      const records = trainChoices(policy, seen, training.rewardOf, settings, random)
      const chosen = unseen.map((features) => policy.best(features))
      const kinds = new Set(chosen.map(String)).size
      const [first, last] = [records[0], records.at(-1) as (typeof records)[number]]
      console.log(
        `${name}, seed ${i + 1}: reward ${first.reward.toFixed(3)} → ${last.reward.toFixed(3)}, ` +
          `entropy ${first.entropy.toFixed(2)} → ${last.entropy.toFixed(2)} nats, ` +
          `${kinds} different settings for ${chosen.length} images`,
      )
      return scoresBy(judged, (image) => chosen[image], reward)
    })
    scored[`${name}, mean of ${seeds}`] = judged.maps.map((_, i) =>
      meanScores(runs.map((scores) => scores[i])),
    )
  }
  scored['best setting of each image (oracle)'] = scoresBy(
    judged,
    (image) => bestOf(choices, (choice) => judged.rewardOf(image, choice)),
    reward,
  )
  console.log(`\n${tableOf(scored)}\n`)
  for (const name of Object.keys(scored).slice(2)) {
    const { difference, low, high, wins, n } = compare(scored[name], scored[FIXED]).reward
    const interval = `${signed(difference)} [${signed(low)}, ${signed(high)}]`
    console.log(`${name}: ${interval} reward over the ${FIXED}, higher on ${wins} of ${n} images`)
  }
  onBinaryMasks(training, seen, reward, updates)
})

/** What a threshold does to masks, which have two values: nothing, so that there is nothing to learn. */
function onBinaryMasks(
  { maps, references }: Images,
  features: readonly Float64Array[],
  reward: ImageReward,
  updates: number,
): void {
  const masks = maps.map(({ data, ...size }) => ({
    ...size,
    data: Float32Array.from(data, (p) => (p > 0.5 ? 1 : 0)),
  }))
  const maskAt = (image: number, option: number) =>
    BitMask.from(masks[image], { threshold: KNOBS.threshold[option] })
  const last = KNOBS.threshold.length - 1
  const changed = masks.filter((_, i) =>
    KNOBS.threshold.some((_, option) => !maskAt(i, option).equals(maskAt(i, last))),
  )
  const policy = new ChoicePolicy([KNOBS.threshold.length], features[0].length)
  const settings = { ...TRAINING, updates, epochs: 4 }
  const rewardOf = (image: number, [option]: readonly number[]) =>
    reward(maskAt(image, option), references[image])
  const records = trainChoices(policy, features, rewardOf, settings, mulberry32(9))
  const largest = Math.max(...records.map(({ gradientNorm }) => gradientNorm))
  const uniform = Math.log(KNOBS.threshold.length)
  const moved = records.some(({ entropy }) => Math.abs(entropy - uniform) > 1e-12)
  console.log(
    `\non binary masks: thresholds from ${KNOBS.threshold[0]} to ${KNOBS.threshold[last]} change ${changed.length} of ${masks.length} masks; ` +
      `PPO over the threshold for ${updates} updates: largest norm of a gradient ${largest}, the policy ${moved ? 'moved' : 'stays uniform'}`,
  )
}

async function imagesOf(split: Split, model: Segmenter, reward: ImageReward): Promise<Images> {
  const references = prepare(syntheticImages(split), model)
  const maps = (await rasterLogits(model, undefined, references)).map((logits, i) => ({
    data: logits.map((z) => 1 / (1 + Math.exp(-z))),
    width: references[i].truth.width,
    height: references[i].truth.height,
  }))
  const known = new Map<string, number>()
  return {
    maps,
    references,
    features: maps.map((map, i) => mapFeatures(map, references[i].within)),
    rewardOf(image, choice) {
      const key = `${image} ${choice}`
      let value = known.get(key)
      if (value === undefined) {
        value = reward(postProcess(maps[image], settingOf(choice)), references[image])
        known.set(key, value)
      }
      return value
    },
  }
}

/** The choice with the highest mean reward. */
function bestFixed({ maps, rewardOf }: Images, choices: readonly number[][]): number[] {
  return bestOf(choices, (choice) => maps.reduce((sum, _, i) => sum + rewardOf(i, choice), 0))
}

/** Of equally good ones the first. */
function bestOf(choices: readonly number[][], worth: (choice: number[]) => number): number[] {
  let best = choices[0]
  let highest = Number.NEGATIVE_INFINITY
  for (const choice of choices) {
    const value = worth(choice)
    if (value > highest) [best, highest] = [choice, value]
  }
  return best
}

function scoresBy(
  { maps, references }: Images,
  choiceOf: (image: number) => readonly number[],
  reward: ImageReward,
): Scores[] {
  return maps.map((map, i) =>
    scoresOf(postProcess(map, settingOf(choiceOf(i))), references[i], reward),
  )
}

function tableOf(methods: Readonly<Record<string, Scores[]>>): string {
  const rows = Object.entries(methods).map(([name, scores]) => {
    const means = meanScores(scores)
    return [name, ...METRICS.map((metric) => means[metric].toFixed(3))]
  })
  const all = [['', ...METRICS], ['---', ...METRICS.map(() => '---')], ...rows]
  return all.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`
}
