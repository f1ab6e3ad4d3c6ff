/** `handoff demo`: the main job from end to end, on this machine alone. */
import type { Command } from './command.ts'

export const demo: Command = {
  name: 'demo',
  usage: 'handoff demo [--once]',
  summary: 'Plays a discharge from the hospital to the bill, with partners of its own, and stays up to be looked at.',
  help: `Starts the gateway on a fresh store in a temporary folder, and an EHR, a payer and a hospital beside it. Nothing leaves this
machine; everybody is invented; all is removed at the end (Ctrl-C).

  --once   ends after the story; exit code 1 if a step turns out otherwise than told
  PORT     where the gateway listens (8080; if that is taken, anywhere that is free)`,

  async run(args, io) {
    const port = Number(io.env.PORT || 8080)
    if (args.some((arg) => arg !== '--once') || !Number.isInteger(port) || port < 0 || port > 65535) {
      io.err('Usage: handoff demo [--once], with a PORT between 0 and 65535 in the environment if it is not to be 8080.')
      return 2
    }
    const { runDemo } = await import('../demo/run.ts')
    return runDemo({ port, once: args.includes('--once'), screen: process.stdout, asked: io.nextSignal() })
  },
}
