CREATE TABLE "beat_runs" (
	"job_id" integer NOT NULL,
	"run" text NOT NULL,
	"signal" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "beat_runs_job_id_run_signal_pk" PRIMARY KEY("job_id","run","signal")
);
--> statement-breakpoint
CREATE TABLE "beats" (
	"job_id" integer NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"signal" text NOT NULL,
	"timing" text,
	"exit_status" smallint,
	"duration_ms" bigint,
	"run" text,
	"message" text,
	"body" "bytea",
	"body_cut" boolean DEFAULT false NOT NULL,
	"address" text,
	"agent" text,
	"method" text
) PARTITION BY RANGE ("at");
--> statement-breakpoint
CREATE TABLE "blackouts" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "blackouts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"reason" text DEFAULT '' NOT NULL,
	"covers_all" boolean DEFAULT false NOT NULL,
	"target_ids" integer[] DEFAULT '{}'::integer[] NOT NULL,
	"site_ids" integer[] DEFAULT '{}'::integer[] NOT NULL,
	"tags" text[] DEFAULT '{}'::text[] NOT NULL,
	"from_at" timestamp (3) with time zone NOT NULL,
	"until_at" timestamp (3) with time zone,
	"weekdays" smallint[],
	"start_minute" smallint,
	"end_minute" smallint,
	"zone" text DEFAULT 'UTC' NOT NULL,
	"periods_left" integer,
	"planned" boolean DEFAULT true NOT NULL,
	"created_by" integer,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "intake_gaps" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "intake_gaps_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"began_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "intakes" (
	"spool_id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"settled_at" timestamp (3) with time zone NOT NULL,
	"seen_at" timestamp (3) with time zone NOT NULL,
	"last_seq" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "job_aliases" (
	"token" text PRIMARY KEY NOT NULL,
	"job_id" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "job_days" (
	"job_id" integer NOT NULL,
	"day" date NOT NULL,
	"count" integer NOT NULL,
	"on_time" integer NOT NULL,
	"late" integer NOT NULL,
	"missed" integer NOT NULL,
	"failed" integer NOT NULL,
	"duration_median_ms" bigint,
	"duration_p95_ms" bigint,
	CONSTRAINT "job_days_job_id_day_pk" PRIMARY KEY("job_id","day")
);
--> statement-breakpoint
CREATE TABLE "job_states" (
	"job_id" integer PRIMARY KEY NOT NULL,
	"phase" text DEFAULT 'new' NOT NULL,
	"anchor_at" timestamp (3) with time zone,
	"first_beat_at" timestamp (3) with time zone,
	"last_beat_at" timestamp (3) with time zone,
	"last_signal" text,
	"last_success_at" timestamp (3) with time zone,
	"started_at" timestamp (3) with time zone,
	"started_run" text,
	"last_duration_ms" bigint,
	"misses" integer DEFAULT 0 NOT NULL,
	"beat_count" bigint DEFAULT 0 NOT NULL,
	"alarm_at" timestamp (3) with time zone
) WITH (fillfactor = 50);
--> statement-breakpoint
CREATE TABLE "jobs" (
	"id" integer PRIMARY KEY NOT NULL,
	"uuid" uuid DEFAULT gen_random_uuid() NOT NULL,
	"badge_key" uuid DEFAULT gen_random_uuid() NOT NULL,
	"slug" text NOT NULL,
	"schedule_kind" text DEFAULT 'period' NOT NULL,
	"period_seconds" integer,
	"expression" text,
	"zone" text DEFAULT 'UTC' NOT NULL,
	"grace_seconds" integer DEFAULT 60 NOT NULL,
	"permissible_misses" integer DEFAULT 0 NOT NULL,
	"sticky_pause" boolean DEFAULT false NOT NULL,
	"channel_ids" integer[],
	CONSTRAINT "jobs_uuid_unique" UNIQUE("uuid"),
	CONSTRAINT "jobs_badge_key_unique" UNIQUE("badge_key")
);
--> statement-breakpoint
ALTER TABLE "blackouts" ADD CONSTRAINT "blackouts_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "job_aliases" ADD CONSTRAINT "job_aliases_job_id_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."jobs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "job_states" ADD CONSTRAINT "job_states_job_id_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."jobs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "jobs" ADD CONSTRAINT "jobs_id_targets_id_fk" FOREIGN KEY ("id") REFERENCES "public"."targets"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "beat_runs_at" ON "beat_runs" USING btree ("at");--> statement-breakpoint
CREATE INDEX "beats_job" ON "beats" USING btree ("job_id","at");--> statement-breakpoint
CREATE INDEX "blackouts_live" ON "blackouts" USING btree ("id") WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX "job_aliases_job" ON "job_aliases" USING btree ("job_id");--> statement-breakpoint
CREATE INDEX "job_states_alarm" ON "job_states" USING btree ("alarm_at") WHERE alarm_at is not null;--> statement-breakpoint
CREATE INDEX "jobs_slug" ON "jobs" USING btree ("slug");