// Compiles what changed: see compile.mjs, which is loaded only by a Node that can load it. Here is nothing but what any
// Node reads that knows modules, so that an old one says what is wrong instead of where it stumbled.
const neededMajor = 24;

const end = (line) => {
  console.error(line);
  process.exit(1);
};

if (Number(process.versions.node.split('.')[0]) < neededMajor) {
  end(
    'Confab needs Node ' +
      neededMajor +
      ', and this is ' +
      process.versions.node +
      '. ' +
      'npm install brings it along, for every npm script such as npm start; or install Node ' +
      neededMajor +
      '.',
  );
}

import('./compile.mjs').catch((error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  const missing = /package '([^']+)'/.exec(error.message);
  end('Packages are missing' + (missing ? ' (' + missing[1] + ')' : '') + ': run npm install, and try again.');
});
