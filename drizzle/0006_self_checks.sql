CREATE TABLE "self_checks" (
	"key" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"channel_id" integer,
	"job_id" integer,
	"due_at" timestamp (3) with time zone NOT NULL,
	"waiting" jsonb,
	"lease_until" timestamp (3) with time zone,
	"last_at" timestamp (3) with time zone,
	"last_ok" boolean,
	"last_words" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "self_checks_job_id_unique" UNIQUE("job_id")
);
--> statement-breakpoint
ALTER TABLE "self_checks" ADD CONSTRAINT "self_checks_channel_id_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."channels"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "self_checks" ADD CONSTRAINT "self_checks_job_id_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."jobs"("id") ON DELETE set null ON UPDATE no action;