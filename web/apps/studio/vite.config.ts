import { fileURLToPath } from "node:url";

import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

import { compress } from "../player/build/compress.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const out = here("../../dist/studio");
const facade = process.env["STUDIO_FACADE"];

export default defineConfig({
  root: here("."),
  base: "./",
  plugins: [vue(), compress(out)],
  define: { __VUE_OPTIONS_API__: "false", __VUE_PROD_DEVTOOLS__: "false", __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false" },
  ...(facade ? { server: { proxy: { "/api": facade } } } : {}),
  build: {
    outDir: out,
    emptyOutDir: true,
    target: "es2022",
    chunkSizeWarningLimit: 3000,
    rollupOptions: {
      output: { entryFileNames: "assets/[name]-[hash].js", chunkFileNames: "assets/[name]-[hash].js", assetFileNames: "assets/[name]-[hash][extname]" },
    },
  },
});
