import { join } from 'node:path'
import commonjs from '@rollup/plugin-commonjs'
import { nodeResolve } from '@rollup/plugin-node-resolve'
import * as esbuild from 'esbuild'
import { rollup } from 'rollup'
import * as vite from 'vite'
import webpack from 'webpack'

/** What a bundle is made for. */
export type Target = 'node' | 'browser'

/**
 * Bundles scripts of a folder, each by itself and with all that it imports.
 *
 * @param names - their names without the ending `.js`
 * @param out - the folder that gets a bundle of each name
 * @returns the ending of the bundles' names
 */
export type Bundler = (
  folder: string,
  names: readonly string[],
  out: string,
  target: Target,
) => Promise<'.js' | '.cjs' | '.mjs'>

const BUILTIN = /^node:/

/** Bundlers with the settings that they need at least. */
export const BUNDLERS: Readonly<Record<string, Bundler>> = {
  async webpack(folder, names, out, target) {
    const stats = await new Promise<webpack.Stats | undefined>((resolve, reject) =>
      webpack(
        {
          context: folder,
          mode: 'production',
          target: target === 'node' ? 'node' : 'web',
          entry: Object.fromEntries(names.map((name) => [name, `./${name}.js`])),
          output: { path: out, filename: '[name].cjs' },
          cache: false,
          performance: false,
        },
        (error, stats) => (error ? reject(error) : resolve(stats)),
      ),
    )
    if (stats?.hasErrors() || stats?.hasWarnings())
      throw new Error(stats.toString('errors-warnings'))
    return '.cjs'
  },

  async esbuild(folder, names, out, target) {
    const { warnings } = await esbuild.build({
      absWorkingDir: folder,
      entryPoints: names.map((name) => `${name}.js`),
      outdir: out,
      outExtension: { '.js': '.cjs' },
      bundle: true,
      minify: true,
      format: target === 'node' ? 'cjs' : 'iife',
      platform: target,
      logLevel: 'silent',
    })
    if (warnings.length > 0) throw new Error(warnings.map(({ text }) => text).join('\n'))
    return '.cjs'
  },

  async vite(folder, names, out, target) {
    for (const name of names) {
      await vite.build({
        root: folder,
        configFile: false,
        logLevel: 'error',
        ssr: { noExternal: true },
        build: {
          ssr: target === 'node',
          outDir: out,
          emptyOutDir: false,
          rolldownOptions: {
            input: join(folder, `${name}.js`),
            output: { entryFileNames: '[name].mjs' },
          },
        },
      })
    }
    return '.mjs'
  },

  async rollup(folder, names, out, target) {
    for (const name of names) {
      const bundle = await rollup({
        input: join(folder, `${name}.js`),
        external: BUILTIN,
        plugins: [nodeResolve({ browser: target === 'browser' }), commonjs()],
        onwarn: ({ message }) => {
          throw new Error(message)
        },
      })
      await bundle.write({ file: join(out, `${name}.mjs`), inlineDynamicImports: true })
      await bundle.close()
    }
    return '.mjs'
  },
}
