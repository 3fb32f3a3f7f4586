#!/usr/bin/env node
// React (behind the dashboard) reads NODE_ENV when it is first imported, so it is set before anything else loads.
process.env.NODE_ENV ??= 'production'
const { runProcess } = await import('../dist/cli/main.js')
await runProcess()
