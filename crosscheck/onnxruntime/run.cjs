// Runs ONNX models in ONNX Runtime, one after the other.
//
//   node run.cjs < requests > responses
//
// A request is a line {"model": PATH, "inputs": {NAME: {"shape": [...], "data": BASE64}}}; data is
// float32, little-endian, row-major. Its response is a line {"outputs": {NAME: {"shape": [...],
// "data": BASE64}}} or {"error": TEXT}.
const readline = require('readline');
const ort = require('onnxruntime-node');

async function run(request) {
  const session = await ort.InferenceSession.create(request.model, {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const feeds = {};
  for (const [name, input] of Object.entries(request.inputs)) {
    const bytes = Buffer.from(input.data, 'base64');
    const floats = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    feeds[name] = new ort.Tensor('float32', floats, input.shape);
  }
  const results = await session.run(feeds);
  const outputs = {};
  for (const [name, tensor] of Object.entries(results)) {
    const view = Buffer.from(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength);
    outputs[name] = { shape: Array.from(tensor.dims), data: view.toString('base64') };
  }
  await session.release();
  return outputs;
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    let response;
    try {
      response = { outputs: await run(JSON.parse(line)) };
    } catch (error) {
      response = { error: String(error.message || error) };
    }
    process.stdout.write(JSON.stringify(response) + '\n');
  }
}

main();
