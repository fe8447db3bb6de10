// Packages that are still CommonJS (@nestjs/throttler, nestjs-pino) require Nest, which is ESM. Under Jest that works only
// for modules that are evaluated already, so Nest is loaded before any test file.
import '@nestjs/common';
import '@nestjs/core';
