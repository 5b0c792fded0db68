/** Runes everywhere: one idiom for state. */
export default {
  compilerOptions: { runes: true },
};
