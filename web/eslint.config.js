import eslint from "@eslint/js";
import vue from "eslint-plugin-vue";
import tseslint from "typescript-eslint";

const browser = Object.fromEntries(
  ["window", "document", "customElements", "console", "process", "navigator", "fetch", "URL", "setTimeout", "performance"].map(
    (name) => [name, "readonly"],
  ),
);

export default tseslint.config(
  { ignores: ["dist/", "**/generated/", "**/node_modules/", "examples/dist/"] },
  eslint.configs.recommended,
  ...tseslint.configs.strict,
  ...vue.configs["flat/recommended"],
  { languageOptions: { globals: browser } },
  {
    files: ["**/*.vue"],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
    rules: {
      "vue/max-attributes-per-line": "off",
      "vue/singleline-html-element-content-newline": "off",
      "vue/html-self-closing": ["error", { html: { void: "always" } }],
      "vue/html-indent": "off",
      "vue/html-closing-bracket-newline": "off",
      "vue/multi-word-component-names": "off",
      "vue/component-api-style": ["error", ["script-setup"]],
      "no-undef": "off",
    },
  },
  { files: ["**/*.{ts,tsx}"], rules: { "no-undef": "off" } },
  {
    files: ["apps/*/src/**", "packages/*/src/**"],
    rules: {
      "max-lines": ["error", 300],
      "max-params": ["error", 6],
      "@typescript-eslint/no-explicit-any": "error",
      eqeqeq: "error",
      "no-console": "error",
    },
  },
);
