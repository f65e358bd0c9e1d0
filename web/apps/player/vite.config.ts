import { fileURLToPath } from "node:url";

import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

import { compress } from "./build/compress.ts";
import { formCss } from "./build/form-css.ts";
import { loader } from "./build/loader.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const out = here("../../dist/player");

export default defineConfig({
  root: here("."),
  base: "./",
  plugins: [vue(), loader(), compress(out)],
  define: { __VUE_OPTIONS_API__: "false", __VUE_PROD_DEVTOOLS__: "false", __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false" },
  resolve: {
    dedupe: ["preact"],
    alias: [
      // form-js's date picker is replaced by the browser's own.
      { find: /^flatpickr(\/.*)?$/, replacement: here("build/no-flatpickr.ts") },
    ],
  },
  css: { postcss: { plugins: [formCss()] } },
  build: {
    outDir: out,
    emptyOutDir: true,
    target: "es2022",
    modulePreload: false,
    cssCodeSplit: false,
    chunkSizeWarningLimit: 600,
    rollupOptions: {
      input: here("src/index.ts"),
      output: { entryFileNames: "script-player.js", chunkFileNames: "chunks/[name]-[hash].js" },
    },
  },
});
