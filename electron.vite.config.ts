import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'

// The fallback runtime is Electron 22 (Node 16, Chromium 108): both targets follow it.
export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      target: 'node16',
      sourcemap: true,
      externalizeDeps: true,
      lib: {
        entry: {
          index: resolve(__dirname, 'src-main/index.ts'),
          engine: resolve(__dirname, 'src-main/engine.ts'),
          importer: resolve(__dirname, 'src-main/importer.ts'),
          reader: resolve(__dirname, 'src-main/reader.ts'),
          feedback: resolve(__dirname, 'src-main/feedback-process.ts'),
          cli: resolve(__dirname, 'src-main/cli.ts')
        },
        formats: ['cjs']
      }
    }
  },
  preload: {
    build: {
      outDir: 'out/preload',
      target: 'node16',
      externalizeDeps: false,
      lib: { entry: { index: resolve(__dirname, 'src-main/preload/index.ts') }, formats: ['cjs'] }
    }
  },
  renderer: {
    root: resolve(__dirname, 'src-renderer'),
    base: './',
    plugins: [react()],
    build: {
      outDir: resolve(__dirname, 'out/renderer'),
      target: 'chrome108',
      sourcemap: true,
      rollupOptions: { input: resolve(__dirname, 'src-renderer/index.html') }
    }
  }
})
