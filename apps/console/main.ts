import { html, render } from "lit-html";

render(html`<main><h1>sms-proxy</h1></main>`, document.body);
