import { Body, Controller, Get, Header, HttpCode, Param, Post, Query, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import {
  approveManyRequest,
  idParam,
  job,
  rejectManyRequest,
  rejectRequest,
  review,
  reviewManyResponse,
  stillQuery,
  type ApproveManyRequest,
  type Job,
  type RejectManyRequest,
  type RejectRequest,
  type Review,
  type ReviewManyResponse,
  type StillQuery,
} from '#contracts';
import { ReviewStills } from './review-stills.service.js';
import { ReviewService } from './review.service.js';

@ApiTags('jobs')
@Controller('jobs')
export class ReviewController {
  constructor(
    private readonly reviews: ReviewService,
    private readonly stills: ReviewStills,
  ) {}

  @Get(':id/review')
  @ApiOkResponse({ standardSchema: review })
  get(@Param('id', { schema: idParam }) id: number): Promise<Review> {
    return this.reviews.get(id);
  }

  @Get(':id/review/still')
  @Header('Cache-Control', 'private, max-age=60')
  @Header('X-Content-Type-Options', 'nosniff')
  @ApiProduces('image/jpeg')
  async still(
    @Param('id', { schema: idParam }) id: number,
    @Query({ schema: stillQuery }) query: StillQuery,
  ): Promise<StreamableFile> {
    return new StreamableFile(await this.stills.still(id, query), { type: 'image/jpeg' });
  }

  @Post('approve')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: reviewManyResponse })
  approveMany(
    @Body({ schema: approveManyRequest }) { ids }: ApproveManyRequest,
  ): Promise<ReviewManyResponse> {
    return this.reviews.approveMany(ids);
  }

  @Post('reject')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: reviewManyResponse })
  rejectMany(
    @Body({ schema: rejectManyRequest }) { ids, reason }: RejectManyRequest,
  ): Promise<ReviewManyResponse> {
    return this.reviews.rejectMany(ids, reason);
  }

  @Post(':id/approve')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: job })
  approve(@Param('id', { schema: idParam }) id: number): Promise<Job> {
    return this.reviews.approve(id);
  }

  @Post(':id/reject')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: job })
  reject(
    @Param('id', { schema: idParam }) id: number,
    @Body({ schema: rejectRequest }) { reason }: RejectRequest,
  ): Promise<Job> {
    return this.reviews.reject(id, reason);
  }
}
