/** Hosts whose pictures answers may show: App.svelte knows them, Markdown.svelte needs them. */
import { createContext } from "svelte";

export const [imageHosts, setImageHosts] = createContext<() => readonly string[]>();
