import { SessionEntity } from '../auth/session.entity.js';
import { CommandEntity } from '../commands/command.entity.js';
import { WebhookDeliveryEntity } from '../connect/webhook-delivery.entity.js';
import { MediaFileEntity } from '../files/media-file.entity.js';
import { HistoryEntity } from '../history/history.entity.js';
import { ProjectionEntity } from '../history/projection.entity.js';
import { SavingsDayEntity } from '../history/savings-day.entity.js';
import { JobAttemptEntity } from '../jobs/job-attempt.entity.js';
import { JobLotEntity } from '../jobs/job-lot.entity.js';
import { JobStepEntity } from '../jobs/job-step.entity.js';
import { JobEntity } from '../jobs/job.entity.js';
import { RepeatingProfileEntity } from '../jobs/repeating-profile.entity.js';
import { LibraryTallyEntity } from '../libraries/library-tally.entity.js';
import { LibraryEntity } from '../libraries/library.entity.js';
import { JoinTokenEntity } from '../nodes/join-token.entity.js';
import { NodeEntity } from '../nodes/node.entity.js';
import { FolderProfileEntity } from '../profiles/folder-profile.entity.js';
import { ReplaceJournalEntity } from '../replace/replace-journal.entity.js';
import { TrashEntryEntity } from '../replace/trash-entry.entity.js';
import { SettingEntity } from '../settings/setting.entity.js';
import { TaskEntity } from '../tasks/task.entity.js';

/** Every table that TypeORM knows. */
export const ENTITIES = [
  CommandEntity,
  FolderProfileEntity,
  HistoryEntity,
  JobAttemptEntity,
  JobEntity,
  JobLotEntity,
  JobStepEntity,
  JoinTokenEntity,
  LibraryEntity,
  LibraryTallyEntity,
  MediaFileEntity,
  NodeEntity,
  ProjectionEntity,
  RepeatingProfileEntity,
  ReplaceJournalEntity,
  SavingsDayEntity,
  SessionEntity,
  SettingEntity,
  TaskEntity,
  TrashEntryEntity,
  WebhookDeliveryEntity,
];
