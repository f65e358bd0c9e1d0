// The least that shows a form: form-js as it comes, and the form in the page itself.
import { createForm } from "@bpmn-io/form-js-viewer";
import "@bpmn-io/form-js-viewer/dist/assets/form-js.css";

const { schema, data } = JSON.parse(document.querySelector("#form").textContent);
await createForm({ container: document.querySelector("#place"), schema, data });
