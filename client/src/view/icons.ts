/** The page's one set of icons: lines of 1.5 on a field of 20, drawn for it. */

export const ICONS = {
  alert:
    "M10 6.5v4.25M10 13.4v.1M8.7 3.6 2.6 14.2a1.5 1.5 0 0 0 1.3 2.3h12.2a1.5 1.5 0 0 0 1.3-2.3L11.3 3.6a1.5 1.5 0 0 0-2.6 0Z",
  "arrow-down": "M10 4v12m-5-5 5 5 5-5",
  "arrow-up": "M10 16V4M5 9l5-5 5 5",
  check: "m4 10.5 4 4 8-9",
  "chevron-down": "m5 7.5 5 5 5-5",
  "chevron-left": "m12 5-5 5 5 5",
  "chevron-right": "m8 5 5 5-5 5",
  clock: "M10 5.75V10l2.75 1.75M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0Z",
  close: "m5 5 10 10M15 5 5 15",
  copy: "M7.5 6.5v-1a2 2 0 0 1 2-2h5a2 2 0 0 1 2 2v5a2 2 0 0 1-2 2h-1M5.5 6.5h5a2 2 0 0 1 2 2v5a2 2 0 0 1-2 2h-5a2 2 0 0 1-2-2v-5a2 2 0 0 1 2-2Z",
  edit: "m12.2 4.8 3 3M3.5 16.5l.8-3.6 8.5-8.5a1.4 1.4 0 0 1 2 0l.8.8a1.4 1.4 0 0 1 0 2l-8.5 8.5-3.6.8Z",
  download: "M10 3.5v9m-3.5-3.5L10 12.5 13.5 9M4 16.5h12",
  file: "M11.5 3v4h4M11.2 2.75H6.5a2 2 0 0 0-2 2v10.5a2 2 0 0 0 2 2h7a2 2 0 0 0 2-2V7l-4.3-4.25Z",
  "new-chat":
    "M10.5 3.5h-5a2 2 0 0 0-2 2v9a2 2 0 0 0 2 2h9a2 2 0 0 0 2-2v-5M8.3 9.6l6.6-6.6a1.3 1.3 0 0 1 1.9 0l.2.2a1.3 1.3 0 0 1 0 1.9l-6.6 6.6-2.6.5.5-2.6Z",
  plus: "M10 4v12M4 10h12",
  regenerate:
    "M16.5 4v3.6h-3.6M3.5 16v-3.6h3.6M4.3 7.9a6.2 6.2 0 0 1 10.3-2.2l1.9 1.9M15.7 12.1a6.2 6.2 0 0 1-10.3 2.2l-1.9-1.9",
  sidebar: "M8 3.5v13M5.5 3.5h9a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-9a2 2 0 0 1-2-2v-9a2 2 0 0 1 2-2Z",
} as const;

export type IconName = keyof typeof ICONS;
