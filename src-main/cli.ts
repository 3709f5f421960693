#!/usr/bin/env node
import { join } from 'node:path'
import { describeError } from './commands/describe-error'
import { exitCodes } from './commands/exit-codes'
import { toNidusError } from './contract/errors'
import { researchNotice } from './contract/notice'
import { probeOutcomeSchema } from './inference/provider-verdicts'
import { rememberAnswers } from './inference/remembered'
import { appVersion, modelFolders, shippedModelFolder, userModelFolder } from './platform/app-paths'
import { feedbackDatabasePath } from './platform/user-data-folder'
import { askOnTerminal } from './platform/ask-on-terminal'
import { describeMachine } from './platform/describe-machine'
import { forkEngine } from './platform/fork-engine'
import { forkReader } from './platform/fork-reader'
import { missingProvider } from './platform/missing-provider'
import { userDataFolder } from './platform/user-data-folder'

const help = `Usage: nidus COMMAND [arguments]

Commands:
  analyze PATH...         find where images depart from normal: maps, findings
  decode FILE...          write stored pixel values and header facts
  models ACTION           add, list, show, check or remove models
  differentiate MODEL     write the gradient graph of an ONNX model
  feedback ACTION         export, import, verify, count or restore readers' verdicts
  audit verify            look for tampering in the feedback store
  calibrate               learn a threshold from scores and verdicts
  drift                   tell whether normal scores have changed
  evaluate                measure maps against masks

  nidus COMMAND --help    what a command takes
  nidus --version         version of Nidus

${researchNotice}
`

async function run([command, ...argv]: string[]): Promise<number> {
  switch (command) {
    case 'analyze': {
      const { analyzeCommand } = await import('./commands/analyze')
      const interrupt = new AbortController()
      process.once('SIGINT', () => interrupt.abort(new Error('interrupted')))
      return analyzeCommand(argv, {
        appVersion: appVersion(),
        modelFolders: modelFolders(),
        feedbackDatabase: feedbackDatabasePath(),
        spawnEngine: forkEngine(),
        spawnReader: forkReader(),
        engineOptions: {
          missing: missingProvider,
          describeMachine,
          verdicts: rememberAnswers(join(userDataFolder(), 'provider-verdicts.json'), probeOutcomeSchema)
        },
        print: (text) => void process.stdout.write(text),
        tell: (text) => void process.stderr.write(`${text}\n`),
        signal: interrupt.signal
      })
    }
    case 'models': {
      const { modelsCommand } = await import('./commands/models')
      const interrupt = new AbortController()
      process.once('SIGINT', () => interrupt.abort(new Error('interrupted')))
      return modelsCommand(argv, {
        shippedFolder: shippedModelFolder(),
        userFolder: userModelFolder(),
        spawnEngine: forkEngine(),
        missing: missingProvider,
        now: new Date(),
        signal: interrupt.signal,
        print: (text) => void process.stdout.write(text),
        tell: (text) => void process.stderr.write(`${text}\n`),
        ask: askOnTerminal()
      })
    }
    case 'decode': {
      const { decodeCommand } = await import('./commands/decode')
      return decodeCommand(argv, forkReader())
    }
    case 'differentiate': {
      const { differentiateCommand } = await import('./commands/differentiate')
      return differentiateCommand(argv)
    }
    case 'calibrate': {
      const { calibrateCommand } = await import('./commands/calibrate')
      return calibrateCommand(argv)
    }
    case 'drift': {
      const { driftCommand } = await import('./commands/drift')
      return driftCommand(argv)
    }
    case 'evaluate': {
      const { evaluateCommand } = await import('./commands/evaluate')
      return evaluateCommand(argv)
    }
    case 'feedback': {
      const { feedbackCommand } = await import('./commands/feedback')
      return feedbackCommand(argv)
    }
    case 'audit': {
      const { auditCommand } = await import('./commands/audit')
      return auditCommand(argv)
    }
    case '--version':
    case '-v':
      process.stdout.write(`${appVersion()}\n`)
      return exitCodes.done
    case '--help':
    case '-h':
    case 'help':
      process.stdout.write(help)
      return exitCodes.done
    case undefined:
      process.stderr.write(help)
      return exitCodes.usage
    default:
      process.stderr.write(`nidus: unknown command '${command}'\n\n${help}`)
      return exitCodes.usage
  }
}

// Whoever reads our output may stop at any time, `| head` for one; that is no error of ours.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? exitCodes.done)
    throw error
  })
}

run(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code
  },
  (thrown: unknown) => {
    process.stderr.write(`nidus: ${describeError(toNidusError(thrown))}\n`)
    process.exitCode = exitCodes.internal
  }
)
