// Runs one ONNX model in ONNX Runtime.
//
//   node run.cjs MODEL.onnx < request.json > response.json
//
// request:  {"inputs": {NAME: {"shape": [...], "data": BASE64}}, "threads": N}
// response: {"outputs": {NAME: {"shape": [...], "data": BASE64}}}
//
// data is float32, little-endian, row-major.
const fs = require('fs');
const ort = require('onnxruntime-node');

async function main() {
  const request = JSON.parse(fs.readFileSync(0, 'utf8'));
  const session = await ort.InferenceSession.create(process.argv[2], {
    executionProviders: ['cpu'],
    intraOpNumThreads: request.threads || 1,
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
  process.stdout.write(JSON.stringify({ outputs }));
}

main().catch((error) => {
  process.stderr.write(String(error.message || error) + '\n');
  process.exit(1);
});
