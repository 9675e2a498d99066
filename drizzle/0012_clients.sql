CREATE TABLE "client_contacts" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "client_contacts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"client_id" integer NOT NULL,
	"position" integer DEFAULT 0 NOT NULL,
	"name" text DEFAULT '' NOT NULL,
	"email" text,
	"phone" text,
	"is_contact" boolean DEFAULT true NOT NULL,
	"is_billing" boolean DEFAULT false NOT NULL,
	"sms_ok" boolean DEFAULT true NOT NULL,
	"source_key" text
);
--> statement-breakpoint
CREATE TABLE "client_services" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "client_services_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"client_id" integer NOT NULL,
	"name" text NOT NULL,
	"status" text DEFAULT 'active' NOT NULL,
	"down_mbps" real,
	"up_mbps" real,
	"address" text,
	"source_key" text,
	"vanished_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "clients" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "clients_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"name_key" text collate "C" GENERATED ALWAYS AS (natural_key(name)) STORED NOT NULL,
	"kind" text DEFAULT 'person' NOT NULL,
	"company" text,
	"person" text,
	"number" text,
	"address" text,
	"note" text,
	"language" text DEFAULT 'en' NOT NULL,
	"time_zone" text,
	"sms_allowed" boolean DEFAULT true NOT NULL,
	"email_allowed" boolean DEFAULT true NOT NULL,
	"status_link_round" integer DEFAULT 0 NOT NULL,
	"by_hand" boolean DEFAULT true NOT NULL,
	"vanished_at" timestamp (3) with time zone,
	"archived_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "source_records" (
	"source_id" integer NOT NULL,
	"kind" text NOT NULL,
	"key" text NOT NULL,
	"mac" text,
	"name" text NOT NULL,
	"device_id" integer,
	"site_id" integer,
	"client_id" integer,
	"service_id" integer,
	"record" jsonb NOT NULL,
	"said" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"seen_at" timestamp (3) with time zone NOT NULL,
	"vanished_at" timestamp (3) with time zone,
	CONSTRAINT "source_records_source_id_kind_key_pk" PRIMARY KEY("source_id","kind","key")
);
--> statement-breakpoint
CREATE TABLE "source_runs" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "source_runs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"source_id" integer NOT NULL,
	"state" text NOT NULL,
	"began_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"progress" text,
	"words" text,
	"changes" jsonb,
	"rejected" jsonb,
	"snapshot" "bytea",
	"by" text,
	"applied_at" timestamp (3) with time zone,
	"applied_by" text
);
--> statement-breakpoint
CREATE TABLE "source_states" (
	"source_id" integer NOT NULL,
	"device_id" integer NOT NULL,
	"polls" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"status" text,
	"dark_since" timestamp (3) with time zone,
	"isolated_at" timestamp (3) with time zone,
	"evidence" jsonb,
	"booted_at" timestamp (3) with time zone,
	"signal" real,
	CONSTRAINT "source_states_source_id_device_id_pk" PRIMARY KEY("source_id","device_id")
);
--> statement-breakpoint
CREATE TABLE "sources" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "sources_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"config" text NOT NULL,
	"detail" text DEFAULT '' NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"applies" text DEFAULT 'after_review' NOT NULL,
	"pings" text DEFAULT 'none' NOT NULL,
	"sync_seconds" integer DEFAULT 3600 NOT NULL,
	"poll_seconds" integer DEFAULT 60 NOT NULL,
	"isolate_misses" integer DEFAULT 2 NOT NULL,
	"isolate_polls" integer DEFAULT 3 NOT NULL,
	"revive_polls" integer DEFAULT 2 NOT NULL,
	"fault_polls" integer DEFAULT 2 NOT NULL,
	"next_sync_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"next_poll_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"sync_lease_until" timestamp (3) with time zone,
	"poll_lease_until" timestamp (3) with time zone,
	"last_sync_at" timestamp (3) with time zone,
	"last_poll_at" timestamp (3) with time zone,
	"faults" integer DEFAULT 0 NOT NULL,
	"failing_since" timestamp (3) with time zone,
	"fault" text,
	"counts" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"job_id" integer,
	"history_read_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "sources_name_unique" UNIQUE("name")
);
--> statement-breakpoint
CREATE TABLE "client_messages" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "client_messages_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"incident_id" integer,
	"template" text NOT NULL,
	"media" text[] NOT NULL,
	"state" text NOT NULL,
	"why" text,
	"send_at" timestamp (3) with time zone,
	"only_if_dark" boolean DEFAULT true NOT NULL,
	"follow_up" boolean DEFAULT true NOT NULL,
	"words" jsonb NOT NULL,
	"estimate" jsonb,
	"created_by" text NOT NULL,
	"user_id" integer,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	"lease_until" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "message_recipients" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "message_recipients_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"message_id" integer NOT NULL,
	"incident_id" integer,
	"client_id" integer,
	"client_name" text NOT NULL,
	"contact_id" integer,
	"part" text NOT NULL,
	"medium" text,
	"address" text,
	"language" text DEFAULT 'en' NOT NULL,
	"subject" text,
	"body" text,
	"state" text NOT NULL,
	"why" text,
	"identity" text NOT NULL,
	"provider_id" text,
	"attempts" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"due_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"lease_until" timestamp (3) with time zone,
	"sent_at" timestamp (3) with time zone,
	"delivered_at" timestamp (3) with time zone,
	"cost" numeric,
	CONSTRAINT "message_recipients_identity_unique" UNIQUE("identity")
);
--> statement-breakpoint
CREATE TABLE "message_templates" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "message_templates_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"part" text NOT NULL,
	"language" text DEFAULT 'en' NOT NULL,
	"medium" text NOT NULL,
	"subject" text DEFAULT '' NOT NULL,
	"body" text NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "opt_outs" (
	"medium" text NOT NULL,
	"address" text NOT NULL,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"how" text NOT NULL,
	CONSTRAINT "opt_outs_medium_address_pk" PRIMARY KEY("medium","address")
);
--> statement-breakpoint
CREATE TABLE "report_mails" (
	"month" text NOT NULL,
	"recipient" text NOT NULL,
	"attempts" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"due_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"lease_until" timestamp (3) with time zone,
	"delivered_at" timestamp (3) with time zone,
	"failed_at" timestamp (3) with time zone,
	CONSTRAINT "report_mails_month_recipient_pk" PRIMARY KEY("month","recipient")
);
--> statement-breakpoint
CREATE TABLE "status_deliveries" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "status_deliveries_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"subscriber_id" integer NOT NULL,
	"incident_id" integer,
	"event" text NOT NULL,
	"sequence" integer DEFAULT 0 NOT NULL,
	"message" jsonb NOT NULL,
	"attempts" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"due_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"lease_until" timestamp (3) with time zone,
	"delivered_at" timestamp (3) with time zone,
	"failed_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "status_pages" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "status_pages_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"slug" text NOT NULL,
	"title" text NOT NULL,
	"intro" text DEFAULT '' NOT NULL,
	"is_public" boolean DEFAULT false NOT NULL,
	"site_ids" integer[] DEFAULT '{}'::integer[] NOT NULL,
	"tags" text[] DEFAULT '{}'::text[] NOT NULL,
	"history_days" integer DEFAULT 90 NOT NULL,
	"takes_subscribers" boolean DEFAULT true NOT NULL,
	"time_zone" text DEFAULT 'UTC' NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "status_pages_slug_unique" UNIQUE("slug")
);
--> statement-breakpoint
CREATE TABLE "status_subscribers" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "status_subscribers_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"page_id" integer,
	"client_id" integer,
	"medium" text NOT NULL,
	"address" text NOT NULL,
	"language" text DEFAULT 'en' NOT NULL,
	"token_hash" text NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL,
	"confirmed_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "status_updates" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "status_updates_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"incident_id" integer NOT NULL,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"by" text NOT NULL,
	"text" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "devices" ADD COLUMN "client_id" integer;--> statement-breakpoint
ALTER TABLE "devices" ADD COLUMN "pinged" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "client_contacts" ADD CONSTRAINT "client_contacts_client_id_clients_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "client_services" ADD CONSTRAINT "client_services_client_id_clients_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "source_records" ADD CONSTRAINT "source_records_source_id_sources_id_fk" FOREIGN KEY ("source_id") REFERENCES "public"."sources"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "source_records" ADD CONSTRAINT "source_records_device_id_targets_id_fk" FOREIGN KEY ("device_id") REFERENCES "public"."targets"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "source_records" ADD CONSTRAINT "source_records_site_id_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."sites"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "source_records" ADD CONSTRAINT "source_records_client_id_clients_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "source_records" ADD CONSTRAINT "source_records_service_id_client_services_id_fk" FOREIGN KEY ("service_id") REFERENCES "public"."client_services"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "source_runs" ADD CONSTRAINT "source_runs_source_id_sources_id_fk" FOREIGN KEY ("source_id") REFERENCES "public"."sources"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "source_states" ADD CONSTRAINT "source_states_source_id_sources_id_fk" FOREIGN KEY ("source_id") REFERENCES "public"."sources"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "source_states" ADD CONSTRAINT "source_states_device_id_targets_id_fk" FOREIGN KEY ("device_id") REFERENCES "public"."targets"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sources" ADD CONSTRAINT "sources_job_id_targets_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."targets"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "client_messages" ADD CONSTRAINT "client_messages_incident_id_incidents_id_fk" FOREIGN KEY ("incident_id") REFERENCES "public"."incidents"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "client_messages" ADD CONSTRAINT "client_messages_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "message_recipients" ADD CONSTRAINT "message_recipients_message_id_client_messages_id_fk" FOREIGN KEY ("message_id") REFERENCES "public"."client_messages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "message_recipients" ADD CONSTRAINT "message_recipients_incident_id_incidents_id_fk" FOREIGN KEY ("incident_id") REFERENCES "public"."incidents"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "message_recipients" ADD CONSTRAINT "message_recipients_client_id_clients_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "message_recipients" ADD CONSTRAINT "message_recipients_contact_id_client_contacts_id_fk" FOREIGN KEY ("contact_id") REFERENCES "public"."client_contacts"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "status_deliveries" ADD CONSTRAINT "status_deliveries_subscriber_id_status_subscribers_id_fk" FOREIGN KEY ("subscriber_id") REFERENCES "public"."status_subscribers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "status_deliveries" ADD CONSTRAINT "status_deliveries_incident_id_incidents_id_fk" FOREIGN KEY ("incident_id") REFERENCES "public"."incidents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "status_subscribers" ADD CONSTRAINT "status_subscribers_page_id_status_pages_id_fk" FOREIGN KEY ("page_id") REFERENCES "public"."status_pages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "status_subscribers" ADD CONSTRAINT "status_subscribers_client_id_clients_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "status_updates" ADD CONSTRAINT "status_updates_incident_id_incidents_id_fk" FOREIGN KEY ("incident_id") REFERENCES "public"."incidents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "client_contacts_client" ON "client_contacts" USING btree ("client_id","position");--> statement-breakpoint
CREATE INDEX "client_services_client" ON "client_services" USING btree ("client_id");--> statement-breakpoint
CREATE UNIQUE INDEX "clients_hand_name" ON "clients" USING btree ("name") WHERE by_hand;--> statement-breakpoint
CREATE INDEX "clients_name" ON "clients" USING btree ("name");--> statement-breakpoint
CREATE INDEX "clients_natural" ON "clients" USING btree ("name_key","id");--> statement-breakpoint
CREATE INDEX "source_records_device" ON "source_records" USING btree ("device_id");--> statement-breakpoint
CREATE INDEX "source_records_client" ON "source_records" USING btree ("client_id");--> statement-breakpoint
CREATE INDEX "source_records_mac" ON "source_records" USING btree ("mac");--> statement-breakpoint
CREATE INDEX "source_runs_source" ON "source_runs" USING btree ("source_id","id");--> statement-breakpoint
CREATE INDEX "source_states_dark" ON "source_states" USING btree ("device_id") WHERE dark_since is not null;--> statement-breakpoint
CREATE INDEX "client_messages_incident" ON "client_messages" USING btree ("incident_id");--> statement-breakpoint
CREATE INDEX "client_messages_due" ON "client_messages" USING btree ("send_at") WHERE state in ('waiting', 'sending');--> statement-breakpoint
CREATE UNIQUE INDEX "message_recipients_once" ON "message_recipients" USING btree ("incident_id","client_id","part") WHERE state <> 'skipped';--> statement-breakpoint
CREATE INDEX "message_recipients_message" ON "message_recipients" USING btree ("message_id","id");--> statement-breakpoint
CREATE INDEX "message_recipients_client" ON "message_recipients" USING btree ("client_id","id");--> statement-breakpoint
CREATE INDEX "message_recipients_due" ON "message_recipients" USING btree ("due_at") WHERE state in ('waiting', 'sending');--> statement-breakpoint
CREATE INDEX "message_recipients_provider" ON "message_recipients" USING btree ("provider_id");--> statement-breakpoint
CREATE UNIQUE INDEX "message_templates_one" ON "message_templates" USING btree ("name","part","language","medium");--> statement-breakpoint
CREATE UNIQUE INDEX "status_deliveries_once" ON "status_deliveries" USING btree ("subscriber_id","incident_id","event","sequence") WHERE incident_id is not null;--> statement-breakpoint
CREATE INDEX "status_deliveries_due" ON "status_deliveries" USING btree ("due_at") WHERE delivered_at is null and failed_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "status_subscribers_one" ON "status_subscribers" USING btree (coalesce("page_id", 0),coalesce("client_id", 0),"medium","address");--> statement-breakpoint
CREATE INDEX "status_updates_incident" ON "status_updates" USING btree ("incident_id","at");--> statement-breakpoint
ALTER TABLE "devices" ADD CONSTRAINT "devices_client_id_clients_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "devices_client" ON "devices" USING btree ("client_id");--> statement-breakpoint
-- A name that a device is given means a client: the one that is called so, or a new one.
CREATE FUNCTION "client_named"(wanted text) RETURNS integer LANGUAGE plpgsql AS $$
declare found_id integer;
begin
  select id into found_id from clients where name = wanted and vanished_at is null order by by_hand desc, id limit 1;
  if found_id is null then
    insert into clients (name) values (wanted) on conflict (name) where by_hand do update set vanished_at = null
    returning id into found_id;
  end if;
  return found_id;
end $$;--> statement-breakpoint
CREATE FUNCTION "devices_client"() RETURNS trigger LANGUAGE plpgsql AS $$
begin
  if new.client = '' then new.client := null; end if;
  if tg_op = 'UPDATE' and new.client_id is not distinct from old.client_id then
    if new.client is distinct from old.client then
      if new.client is null then new.client_id := null;
      -- its client was renamed
      elsif not exists (select 1 from clients where id = old.client_id and name = new.client) then
        new.client_id := client_named(new.client);
      end if;
    end if;
  elsif new.client_id is not null then
    select name into new.client from clients where id = new.client_id;
  elsif tg_op = 'UPDATE' then
    new.client := null;
  elsif new.client is not null then
    new.client_id := client_named(new.client);
  end if;
  return new;
end $$;--> statement-breakpoint
CREATE TRIGGER "devices_client" BEFORE INSERT OR UPDATE OF client, client_id ON devices
  FOR EACH ROW EXECUTE FUNCTION devices_client();--> statement-breakpoint
CREATE FUNCTION "clients_renamed"() RETURNS trigger LANGUAGE plpgsql AS $$
begin
  update devices set client = new.name where client_id = new.id and client is distinct from new.name;
  return null;
end $$;--> statement-breakpoint
CREATE TRIGGER "clients_renamed" AFTER UPDATE OF name ON clients
  FOR EACH ROW WHEN (old.name IS DISTINCT FROM new.name) EXECUTE FUNCTION clients_renamed();--> statement-breakpoint
INSERT INTO clients (name) SELECT DISTINCT client FROM devices WHERE client <> '' ON CONFLICT DO NOTHING;--> statement-breakpoint
UPDATE devices d SET client_id = c.id FROM clients c WHERE c.name = d.client AND c.by_hand;
