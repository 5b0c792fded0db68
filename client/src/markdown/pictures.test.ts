/** A picture is shown in its place only if its host is one that was named. */
import { expect, test } from "vitest";
import { isOf } from "./pictures";

test.each([
  ["https://pics.example/a.png", ["pics.example"], true],
  ["https://PICS.example/a.png", ["Pics.Example"], true],
  ["https://pics.example/a.png", [], false],
  ["https://pics.example.evil.org/a.png", ["pics.example"], false],
  ["https://pics.example@evil.org/a.png", ["pics.example"], false],
  ["https://evil.org/pics.example", ["pics.example"], false],
  ["https://a.pics.example/a.png", ["pics.example"], false],
  ["https://a.pics.example/a.png", ["*.pics.example"], true],
  ["https://evilpics.example/a.png", ["*.pics.example"], false],
  ["https://pics.example:8443/a.png", ["pics.example"], false],
  ["https://pics.example:8443/a.png", ["pics.example:8443"], true],
  ["no address", ["pics.example"], false],
] as const)("%s, of %j: %s", (address, hosts, answer) => {
  expect(isOf(hosts, address)).toBe(answer);
});
