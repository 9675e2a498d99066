ALTER TABLE "deliveries" DROP CONSTRAINT "deliveries_once";--> statement-breakpoint
ALTER TABLE "pending_tellings" ADD COLUMN "rule" text;--> statement-breakpoint
ALTER TABLE "pending_tellings" ADD COLUMN "facts" jsonb;--> statement-breakpoint
CREATE INDEX "decisions_channel" ON "decisions" USING btree ("channel_id","at");--> statement-breakpoint
CREATE UNIQUE INDEX "deliveries_once" ON "deliveries" USING btree ("notice_id","event","push_device_id") WHERE event <> 'reminded';--> statement-breakpoint
CREATE INDEX "pending_tellings_rule" ON "pending_tellings" USING btree ("rule") WHERE rule is not null;