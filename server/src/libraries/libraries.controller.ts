import { Body, Controller, Delete, Get, HttpCode, NotFoundException, Param, Post, Put } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBadRequestResponse,
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiTags,
} from '@nestjs/swagger';
import {
  addLibrary,
  apiError,
  fieldErrors,
  idParam,
  library,
  scanStatus,
  updateLibrary,
  type AddLibrary,
  type Library,
  type ScanStatus,
  type UpdateLibrary,
} from '#contracts';
import { z } from 'zod';
import { ScannerService } from '../scanner/scanner.service.js';
import { LibrariesService } from './libraries.service.js';

@ApiTags('libraries')
@ApiNotFoundResponse({ standardSchema: apiError })
@Controller('libraries')
export class LibrariesController {
  constructor(
    private readonly libraries: LibrariesService,
    private readonly scanner: ScannerService,
  ) {}

  @Get()
  @ApiOkResponse({ standardSchema: z.array(library) })
  list(): Promise<Library[]> {
    return this.libraries.list();
  }

  @Post()
  @ApiCreatedResponse({ standardSchema: library })
  @ApiBadRequestResponse({ standardSchema: fieldErrors })
  add(@Body({ schema: addLibrary }) body: AddLibrary): Promise<Library> {
    return this.libraries.add(body);
  }

  @Get(':id')
  @ApiOkResponse({ standardSchema: library })
  get(@Param('id', { schema: idParam }) id: number): Promise<Library> {
    return this.libraries.get(id);
  }

  @Put(':id')
  @ApiOkResponse({ standardSchema: library })
  @ApiBadRequestResponse({ standardSchema: fieldErrors })
  update(
    @Param('id', { schema: idParam }) id: number,
    @Body({ schema: updateLibrary }) body: UpdateLibrary,
  ): Promise<Library> {
    return this.libraries.update(id, body);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiNoContentResponse()
  @ApiConflictResponse({ standardSchema: apiError })
  remove(@Param('id', { schema: idParam }) id: number): Promise<void> {
    return this.libraries.remove(id);
  }

  @Post(':id/scan')
  @HttpCode(202)
  @ApiAcceptedResponse({ standardSchema: scanStatus })
  async scan(@Param('id', { schema: idParam }) id: number): Promise<ScanStatus> {
    await this.libraries.row(id);
    return this.scanner.start(id);
  }

  @Get(':id/scan')
  @ApiOkResponse({ standardSchema: scanStatus })
  scanStatus(@Param('id', { schema: idParam }) id: number): ScanStatus {
    const status = this.scanner.status(id);
    if (status === undefined)
      throw new NotFoundException(`library ${id} has not been scanned since the server started`);
    return status;
  }

  @Post(':id/scan/pause')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: scanStatus })
  pause(@Param('id', { schema: idParam }) id: number): ScanStatus {
    return this.scanner.pause(id);
  }

  @Post(':id/scan/resume')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: scanStatus })
  resume(@Param('id', { schema: idParam }) id: number): ScanStatus {
    return this.scanner.resume(id);
  }

  /** Answers before the scan has ended; its status tells when it has. */
  @Post(':id/scan/cancel')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: scanStatus })
  cancel(@Param('id', { schema: idParam }) id: number): ScanStatus {
    return this.scanner.cancel(id);
  }
}
