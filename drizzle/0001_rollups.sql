CREATE TABLE "rollups" (
	"hour_at" timestamp (3) with time zone NOT NULL,
	"probe_id" integer NOT NULL,
	"frames" smallint NOT NULL,
	"target_count" integer NOT NULL,
	"verified_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "rollups_hour_at_probe_id_pk" PRIMARY KEY("hour_at","probe_id")
);
--> statement-breakpoint
ALTER TABLE "push_devices" ADD COLUMN "dead_endpoint_hash" text;--> statement-breakpoint
CREATE INDEX "deliveries_device" ON "deliveries" USING btree ("push_device_id","id");