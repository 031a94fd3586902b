/**
 * The command `npm run train`: the story on synthetic images, or with `--data DIR` on real ones.
 */
import { runCommand } from './command.ts'
import { realStory } from './real-story.ts'
import { syntheticStory } from './synthetic-story.ts'

await runCommand((args) => {
  const isReal = args.some((arg) => arg === '--data' || arg.startsWith('--data='))
  return isReal ? realStory(args) : syntheticStory(args)
})
