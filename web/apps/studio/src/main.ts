import { createApp } from "vue";

import App from "./App.vue";
import { router } from "./router";
import "./styles/studio.css";

createApp(App).use(router).mount("#studio");
