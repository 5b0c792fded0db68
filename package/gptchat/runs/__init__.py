"""One handler at work, from its start to its one end; and how runs queue, beat and are lost.

The parts are imported by their own names. A shortcut to `Runs` here would close a circle:
`chat` needs `run`, and `work`, which `runs` needs, makes the `Chat`.
"""
