DROP INDEX "outages_unfiled";--> statement-breakpoint
ALTER TABLE "outages" ADD COLUMN "remembered" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "outages_unfiled" ON "outages" USING btree ("id") WHERE incident_id is null and not remembered;