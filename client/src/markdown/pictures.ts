/**
 * Pictures from elsewhere: a chip that opens one in a new tab, or in its own place if its host is one
 * that the program has named. Never before somebody has pressed it, for to ask for a picture is to say
 * that one is there, and its address may say more.
 */

/** By the rules of a content security policy: `example.org`, `*.example.org`, `example.org:8443`. */
export function isOf(hosts: readonly string[], address: string): boolean {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return false;
  }
  return hosts.some((host) => {
    const name = host.toLowerCase();
    const candidate = name.includes(":") ? url.host : url.port === "" ? url.hostname : "";
    return name.startsWith("*.") ? candidate.endsWith(name.slice(1)) : candidate === name;
  });
}

/** Let chips in the target be pressed, and tell of pictures that cannot be shown. */
export function listenToPictures(target: HTMLElement, hosts: () => readonly string[]): void {
  target.addEventListener("click", (event) => {
    const chip = event.target instanceof Element ? event.target.closest("a.picture-chip") : null;
    // With a key held it is a link like any other.
    if (!(chip instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!isOf(hosts(), chip.href)) return;
    event.preventDefault();
    show(chip);
  });
  // It does not rise, so it is caught on its way down.
  target.addEventListener("error", ({ target: picture }) => {
    if (picture instanceof HTMLImageElement) fail(picture);
  }, { capture: true });
}

function show(chip: HTMLAnchorElement): void {
  const picture = document.createElement("img");
  picture.alt = chip.dataset["alt"] || "Picture";
  picture.decoding = "async";
  // The chip stays around it: pressed once more, it opens the picture in full size.
  chip.className = "picture";
  chip.replaceChildren(picture);
  picture.src = chip.href;
}

function fail(picture: HTMLImageElement): void {
  const around = picture.closest("a.picture");
  const words = `${picture.alt} – could not be shown`;
  if (around instanceof HTMLAnchorElement) {
    around.className = "picture-chip";
    around.replaceChildren(words);
    return;
  }
  const note = document.createElement("span");
  note.className = "picture-lost";
  note.textContent = words;
  picture.replaceWith(note);
}
