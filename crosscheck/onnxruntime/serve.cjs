// Keeps one ONNX model in ONNX Runtime and times it on demand.
//
//   node serve.cjs MODEL.onnx THREADS INPUT DIM,DIM,...
//
// INPUT is fed with numbers between -128 and 128. Says "ready" on standard
// output; each line N on standard input is answered by a line with the
// milliseconds of N runs, separated by spaces.
const readline = require('readline');
const ort = require('onnxruntime-node');

async function main() {
  const [model, threads, input, dims] = process.argv.slice(2);
  const shape = dims.split(',').map(Number);
  const session = await ort.InferenceSession.create(model, {
    executionProviders: ['cpu'],
    intraOpNumThreads: Number(threads),
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
  for (let i = 0; i < values.length; i++) values[i] = ((i * 7919) % 2560) / 10 - 128;
  const feeds = { [input]: new ort.Tensor('float32', values, shape) };
  for (let i = 0; i < 5; i++) await session.run(feeds);
  process.stdout.write('ready\n');
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const times = [];
    for (let i = 0; i < Number(line); i++) {
      const start = process.hrtime.bigint();
      await session.run(feeds);
      times.push(Number(process.hrtime.bigint() - start) / 1e6);
    }
    process.stdout.write(times.join(' ') + '\n');
  }
}

main().catch((error) => {
  process.stderr.write(String(error.message || error) + '\n');
  process.exit(1);
});
