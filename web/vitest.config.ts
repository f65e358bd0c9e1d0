import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [vue()],
  resolve: { dedupe: ["preact"] },
  test: { environment: "happy-dom", include: ["{apps,packages}/*/tests/**/*.test.ts?(x)"], sequence: { shuffle: true } },
});
