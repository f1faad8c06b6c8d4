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
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy: { '/auth/': SERVER, '/api': SERVER, '/docs': SERVER, '/openapi.json': SERVER } },
})
