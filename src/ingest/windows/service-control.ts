import type { EcsDocument } from '../ecs-document.ts';
import type { EventData } from './event-data.ts';
import type { WindowsEvent } from './windows-event.ts';

/** Fields of an event of the System log: the installation of a service. */
export function mapService({ code, user }: WindowsEvent, data: EventData, document: EcsDocument): void {
  document.set('user.id', user.id).set('user.name', user.name).set('user.domain', user.domain);
  if (code === '7045') document.set('service.name', data.look('ServiceName'));
}
