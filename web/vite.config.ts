import preact from '@preact/preset-vite'
import { defineConfig } from 'vite'

/** The server that `npm run dev:pages` passes on to whatever is no page. */
const SERVER = 'http://localhost:3000'

/** The pages as files that the server serves under its strict CSP: nothing inline, every asset under a hashed name. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  publicDir: false,
  plugins: [preact({ devToolsEnabled: false })],
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    // The server finds the texts of a language in it (routes/pages.ts).
    manifest: true,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: groupOf, debugName: 'pages' }] } } },
  },
  server: { proxy: { '/auth/': SERVER, '/api': SERVER, '/docs': SERVER, '/openapi.json': SERVER } },
})

type Modules = { getModuleInfo(id: string): { isEntry: boolean; importers: string[] } | null }

/** One file for all that the first page needs: many small ones compress worse, and each costs a phone a request. */
function groupOf(id: string, modules: Modules): string | null {
  const seen = new Set<string>()
  function isNeededAtOnce(each: string): boolean {
    if (seen.has(each)) return false
    seen.add(each)
    const module = modules.getModuleInfo(each)
    return module !== null && (module.isEntry || module.importers.some(isNeededAtOnce))
  }
  return isNeededAtOnce(id) ? 'pages' : null
}
