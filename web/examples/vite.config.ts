import { fileURLToPath } from "node:url";

import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here("."),
  build: { outDir: here("dist"), emptyOutDir: true, rollupOptions: { input: here("react.js"), output: { entryFileNames: "react.js" } } },
});
