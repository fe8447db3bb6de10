import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiResponse } from '@nestjs/swagger';

const binary = { type: 'string', format: 'binary' } as const;

/** Documents an answer that is the content of a file, whole or in parts. */
export function ApiContent(type: string): MethodDecorator {
  const content = { [type]: { schema: binary } };
  return applyDecorators(
    ApiHeader({ name: 'Range', required: false, description: 'bytes=0-1023, and up to ten of them' }),
    ApiHeader({ name: 'If-None-Match', required: false, description: 'The ETag of what one has: 304 if it is that' }),
    ApiResponse({ status: 200, description: 'All of it', content }),
    ApiResponse({
      status: 206,
      description: 'The part that was asked for, or several as multipart/byteranges',
      content: { ...content, 'multipart/byteranges': { schema: binary } },
    }),
  );
}
