import {
  Body,
  Controller,
  Get,
  HttpCode,
  HttpException,
  HttpStatus,
  Post,
  Req,
  Res,
  UnauthorizedException,
} from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { loginRequest, sessionStatus, type LoginRequest, type SessionStatus } from '#contracts';
import type { Request, Response } from 'express';
import { AppConfig } from '../config/app-config.js';
import { credentialsOf, Public } from './auth.guard.js';
import { AuthService, SESSION_COOKIE, SESSION_MS } from './auth.service.js';

@ApiTags('auth')
@Controller('auth')
export class AuthController {
  constructor(
    private readonly auth: AuthService,
    private readonly config: AppConfig,
  ) {}

  @Public()
  @Post('login')
  @HttpCode(204)
  @ApiNoContentResponse()
  async login(
    @Body({ schema: loginRequest }) body: LoginRequest,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    const wait = this.auth.waitMs();
    if (wait > 0) {
      response.setHeader('Retry-After', Math.ceil(wait / 1000));
      throw new HttpException('too many wrong keys; wait a little', HttpStatus.TOO_MANY_REQUESTS);
    }
    const cookie = await this.auth.signIn(body.apiKey);
    if (cookie === null) throw new UnauthorizedException('that is not the API key');
    response.cookie(SESSION_COOKIE, cookie, {
      httpOnly: true,
      sameSite: 'strict',
      secure: request.secure,
      path: `${this.config.urlBase}/`,
      maxAge: SESSION_MS,
    });
  }

  @Post('logout')
  @HttpCode(204)
  @ApiNoContentResponse()
  async logout(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<void> {
    const { session } = credentialsOf(request);
    if (session !== null) await this.auth.signOut(session);
    response.clearCookie(SESSION_COOKIE, { path: `${this.config.urlBase}/` });
  }

  /** Behind the guard, so that it answers only to who is signed in. */
  @Get('session')
  @ApiOkResponse({ standardSchema: sessionStatus })
  session(): SessionStatus {
    return { authenticated: true };
  }
}
