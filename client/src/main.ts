/** Mounts the page. What it is called and how it looks comes with the page, or from `api/config`. */
import { mount } from "svelte";
import "./style/tokens.css";
import "./style/base.css";
import "./style/prose.css";
import "./style/words.css";
import "./style/blocks.css";
import "./style/code.css";
import "./style/tables.css";
import "./style/syntax.css";
import "./style/print.css";
import App from "./view/App.svelte";
import { Chat } from "./state/chat.svelte";
import { pageInfo } from "./wire/http";

const target = document.getElementById("app");
if (target === null) throw new Error("index.html has no element #app to mount the page in.");

const chat = new Chat(await pageInfo());
mount(App, { target, props: { chat } });
