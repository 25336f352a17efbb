#!/usr/bin/env node
import { enableCompileCache } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'

// Compiled code is kept between commands, in a folder of the user's own: it halves the time until a command begins.
enableCompileCache(join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'tri'))

const { main } = await import('./main.ts')
const { processTerminal } = await import('./process-terminal.ts')

process.exitCode = await main(process.argv.slice(2), processTerminal())
