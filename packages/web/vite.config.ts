import { defineConfig } from 'vite'

// Relative addresses everywhere: the same build works at the root of a node and behind a proxy that adds a prefix.
// The one absolute address is the <base> of index.html; a proxy with a prefix rewrites that tag alone.
export default defineConfig({
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false }, cssCodeSplit: false },
})
